#!/bin/sh
# Uploads a failed run and attaches the file at ASSAY_FILE to it.
# Run it with: sh upload-with-attachments.sh
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
  "attributes": {"instance-id": $ASSAY_INSTANCE, "exit-code": 1},
  "files": {"data": [
    {"filename": "$(basename "$ASSAY_FILE")", "content_encoded": "$(base64 <"$ASSAY_FILE" | tr -d '\n')"}
  ]}
}}
BODY
)
run_id=$(values id "$run")
echo "run $run_id: $(values status "$run")"
files=$(call GET "/projects/$ASSAY_PROJECT/attachments.json?entity=run&entity-id=$run_id" </dev/null)
echo "attachment $(values id "$files"): $(values name "$files"), $(values size "$files") bytes"
