"""Uploads a run with the result of each step; the steps decide its status.

Run it with: python3 upload-with-steps.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
INSTANCE = os.environ["ASSAY_INSTANCE"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


paid = {"name": "Pay", "expected-results": "A receipt is sent", "actual-results": "No receipt", "status": "FAILED"}
result = {
    "type": "runs",
    "attributes": {"instance-id": INSTANCE, "run-duration": "00:01:30"},
    "steps": {"data": [{"name": "Open the basket", "status": "PASSED"}, paid]},
}
run = call("POST", f"/projects/{PROJECT}/runs.json", {"data": result})["data"]
print(f"run {run['id']}: {run['attributes']['status']}")
for step in call("GET", f"/projects/{PROJECT}/step_runs.json?run-ids={run['id']}")["data"]:
    print(f"step {step['attributes']['position']}: {step['attributes']['status']}")
