#!/bin/sh
# Finds the tests tagged "smoke" whose latest run failed.
# Run it with: sh query-with-ptql.sh
set -eu

# get ADDRESS [CURL OPTION...]: prints the answer, or fails with the titles of its errors.
get() {
  answer=$(curl -sS -w '%{http_code}' -H "PTToken: $ASSAY_TOKEN" "$@")
  case $answer in
    *200) printf '%s\n' "${answer%200}" ;;
    *)
      printf '%s\n' "$answer" | grep -oE '"title":"([^"\\]|\\.)*"' | sed 's/"title":"//; s/"$//' >&2
      exit 1
      ;;
  esac
}

# values KEY ANSWER: every value of a key, one a line. Enough for ids and words; for more, take jq.
values() {
  printf '%s\n' "$2" | grep -oE "\"$1\":(\"([^\"\\]|\\\\.)*\"|[0-9]+)" | sed 's/^"[^"]*"://; s/^"//; s/"$//'
}

address="${ASSAY_URL:-http://127.0.0.1:3000}/api/v2/projects/$ASSAY_PROJECT/tests.json"
found=$(get "$address" --get --data-urlencode "ptql='Run Status' = FAILED AND Tags = smoke")
printf '%s\n' "$found" |
  grep -oE '"id":"[0-9]+","type":"tests"|"name":"([^"\\]|\\.)*"' |
  sed -E 's/^"id":"([0-9]+)".*/test \1: /; s/^"name":"(.*)"$/\1/' |
  paste -d '\0' - -
echo "$(values total-count "$found") found"
