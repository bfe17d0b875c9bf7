#!/bin/sh
# Reads every run of a set, a page of up to 100 at a time.
# Run it with: sh read-results-page-by-page.sh
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

address="${ASSAY_URL:-http://127.0.0.1:3000}/api/v2/projects/$ASSAY_PROJECT/runs.json?set-ids=$ASSAY_SET"
total=0
failed=0
while [ -n "$address" ]; do
  page=$(get "$address")
  runs=$(values status "$page" | grep -c . || true)
  total=$((total + runs))
  failed=$((failed + $(values status "$page" | grep -c FAILED || true)))
  echo "page $(values current-page "$page"): $runs runs"
  # The last page has no "next"; the others name a whole URL.
  address=$(values next "$page")
done
echo "$total runs, $failed failed"
