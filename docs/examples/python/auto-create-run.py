"""Uploads a run; the test and its instance in the set are created if they are missing.

Run it with: python3 auto-create-run.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
SET = os.environ["ASSAY_SET"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


result = {
    "type": "runs",
    "attributes": {"set-id": SET, "exit-code": 0},
    "test-attributes": {"name": "Search finds a product", "test-type": "ApiTest", "tags": ["search"]},
}
answer = call("POST", f"/projects/{PROJECT}/runs/auto_create.json", {"data": result})
print(f"run {answer['data']['id']}: {answer['data']['attributes']['status']}")
# Each key is there only if something was created.
for key in ("created-test", "created-instance"):
    if key in answer["meta"]:
        print(f"{key} {answer['meta'][key]}")
