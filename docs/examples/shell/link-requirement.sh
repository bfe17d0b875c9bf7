#!/bin/sh
# Links a test to a requirement and reads what that makes of its status.
# Run it with: sh link-requirement.sh
set -eu

# call METHOD PATH [BODY]: prints the answer, or fails with the titles of its errors.
call() {
  answer=$(curl -sS -w '%{http_code}' -X "$1" -H "PTToken: $ASSAY_TOKEN" -H 'Content-Type: application/json' \
    -d "${3:-}" "${ASSAY_URL:-http://127.0.0.1:3000}/api/v2$2")
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

path="/projects/$ASSAY_PROJECT/requirements/$ASSAY_REQUIREMENT"
# POST adds, PATCH replaces, DELETE removes; the answer lists the tests that are linked now.
linked=$(call POST "$path/relationships/tests.json" '{"data": [{"id": "'"$ASSAY_TEST"'", "type": "tests"}]}')
for id in $(values id "$linked"); do echo "linked test $id"; done
requirement=$(call GET "$path.json")
echo "requirement $ASSAY_REQUIREMENT: $(values run-status "$requirement")"
