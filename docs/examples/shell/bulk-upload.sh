#!/bin/sh
# Uploads up to 100 runs in one call: ASSAY_RESULTS holds instance:exit-code pairs ("91:0,92:1").
# Run it with: sh bulk-upload.sh
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

one_run='{"type": "runs", "attributes": {"instance-id": \1, "exit-code": \2}}'
runs=$(echo "$ASSAY_RESULTS" | sed -E "s/([0-9]+):(-?[0-9]+)/$one_run/g")
# All of them are stored, or, if one is refused, none. The answer has the order of the request.
answer=$(echo "{\"data\": [$runs]}" | call POST "/projects/$ASSAY_PROJECT/runs.json")
printf '%s\n' "$answer" |
  grep -oE '"id":"[0-9]+","type":"runs"|"status":"[A-Z ]+"|"instance-id":[0-9]+' |
  sed -E 's/^"id":"([0-9]+)".*/run \1/; s/^"status":"(.*)"$/\1/; s/^"instance-id":(.*)$/of instance \1/' |
  while read -r run && read -r status && read -r instance; do echo "$run $instance: $status"; done
