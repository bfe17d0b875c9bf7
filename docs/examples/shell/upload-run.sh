#!/bin/sh
# Uploads the result of one automated test.
# Run it with: sh upload-run.sh
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

run=$(call POST "/projects/$ASSAY_PROJECT/runs.json" <<BODY
{"data": {
  "type": "runs",
  "attributes": {
    "instance-id": $ASSAY_INSTANCE,
    "exit-code": 0,
    "run-duration": "00:00:42",
    "automated-execution-output": "12 assertions, 0 failures"
  }
}}
BODY
)
echo "run $(values id "$run"): $(values status "$run")"
