#!/bin/sh
# Lists the projects the token can see.
# Run it with: sh list-projects.sh
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

projects=$(get "${ASSAY_URL:-http://127.0.0.1:3000}/api/v2/projects.json")
printf '%s\n' "$projects" |
  grep -oE '"id":"[0-9]+","type":"projects","attributes":\{"name":"([^"\\]|\\.)*"' |
  sed -E 's/^"id":"([0-9]+)".*"name":"(.*)"$/project \1: \2/'
