#!/bin/sh
# Creates a test with two steps.
# Run it with: sh create-test-with-steps.sh
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

# A personal token knows its author, an account token has none of its own.
created=$(call POST "/projects/$ASSAY_PROJECT/tests.json" <<BODY
{"data": {
  "type": "tests",
  "attributes": {"name": "Pay by card", "author-id": $ASSAY_USER, "test-type": "ScriptedTest"},
  "steps": {"data": [
    {"name": "Open the basket", "expected-results": "The total is shown"},
    {"name": "Pay", "description": "Use card 4111", "expected-results": "A receipt is sent"}
  ]}
}}
BODY
)
echo "test $(values id "$created"): $(values name "$created"), $(values steps-count "$created") steps"
