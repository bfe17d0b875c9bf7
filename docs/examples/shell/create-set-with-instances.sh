#!/bin/sh
# Creates a test set with an instance of each test in ASSAY_TESTS ("70,71").
# Run it with: sh create-set-with-instances.sh
set -eu

# call METHOD PATH: sends what it reads, prints the answer, or fails with the titles of its errors.
call() {
  answer=$(curl -sS -w '%{http_code}' -X "$1" -H "PTToken: $ASSAY_TOKEN" -H 'Content-Type: application/json' \
    --data-binary @- "${ASSAY_URL:-http://127.0.0.1:3000}/api/v2$2")
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

created=$(call POST "/projects/$ASSAY_PROJECT/sets.json" <<BODY
{"data": {
  "type": "sets",
  "attributes": {"name": "Nightly", "version": "1.5"},
  "instances": {"test-ids": [$ASSAY_TESTS]}
}}
BODY
)
set_id=$(values id "$created")
echo "set $set_id: $(values name "$created")"
# Runs are uploaded to instances: these are their ids.
instances=$(call GET "/projects/$ASSAY_PROJECT/instances.json?set-ids=$set_id" </dev/null)
printf '%s\n' "$instances" |
  grep -oE '"id":"[0-9]+","type":"instances","attributes":\{"name":"([^"\\]|\\.)*"' |
  sed -E 's/^"id":"([0-9]+)".*"name":"(.*)"$/instance \1: \2/'
