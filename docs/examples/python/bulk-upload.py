"""Uploads up to 100 runs in one call: ASSAY_RESULTS holds instance:exit-code pairs ("91:0,92:1").

Run it with: python3 bulk-upload.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
RESULTS = os.environ["ASSAY_RESULTS"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


runs = []
for result in RESULTS.split(","):
    instance, exit_code = result.split(":")
    runs.append({"type": "runs", "attributes": {"instance-id": instance, "exit-code": exit_code}})
# All of them are stored, or, if one is refused, none. The answer has the order of the request;
# a single run is answered by itself, without a list around it.
answer = call("POST", f"/projects/{PROJECT}/runs.json", {"data": runs})["data"]
for run in answer if isinstance(answer, list) else [answer]:
    print(f"run {run['id']} of instance {run['attributes']['instance-id']}: {run['attributes']['status']}")
