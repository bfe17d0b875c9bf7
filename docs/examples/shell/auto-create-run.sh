#!/bin/sh
# Uploads a run; the test and its instance in the set are created if they are missing.
# Run it with: sh auto-create-run.sh
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

answer=$(call POST "/projects/$ASSAY_PROJECT/runs/auto_create.json" <<BODY
{"data": {
  "type": "runs",
  "attributes": {"set-id": $ASSAY_SET, "exit-code": 0},
  "test-attributes": {"name": "Search finds a product", "test-type": "ApiTest", "tags": ["search"]}
}}
BODY
)
echo "run $(values id "$answer"): $(values status "$answer")"
# Each key is there only if something was created.
for key in created-test created-instance; do
  created=$(values "$key" "$answer")
  if [ -n "$created" ]; then echo "$key $created"; fi
done
