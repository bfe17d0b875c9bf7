#!/bin/sh
# Creates an issue and moves it along the workflow, from "new" to "open".
# Run it with: sh create-issue-and-move-status.sh
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

# A personal token knows its user, an account token has none of its own.
issue=$(call POST "/projects/$ASSAY_PROJECT/issues.json" <<BODY
{"data": {
  "type": "issues",
  "attributes": {"title": "The total is missing", "priority": "2-high", "author-id": $ASSAY_USER}
}}
BODY
)
id=$(values id "$issue")
echo "issue $id: $(values status-name "$issue")"
moved=$(call PUT "/projects/$ASSAY_PROJECT/issues/$id/update_status.json" <<BODY
{"data": {"type": "issues", "attributes": {"status-name": "open", "user-id": $ASSAY_USER}}}
BODY
)
echo "issue $id: $(values status-name "$moved")"
