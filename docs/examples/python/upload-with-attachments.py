"""Uploads a failed run and attaches the file at ASSAY_FILE to it.

Run it with: python3 upload-with-attachments.py
"""

import base64
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
INSTANCE = os.environ["ASSAY_INSTANCE"]
FILE = os.environ["ASSAY_FILE"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


content = base64.b64encode(Path(FILE).read_bytes()).decode()
result = {
    "type": "runs",
    "attributes": {"instance-id": INSTANCE, "exit-code": 1},
    "files": {"data": [{"filename": Path(FILE).name, "content_encoded": content}]},
}
run = call("POST", f"/projects/{PROJECT}/runs.json", {"data": result})["data"]
print(f"run {run['id']}: {run['attributes']['status']}")
for file in call("GET", f"/projects/{PROJECT}/attachments.json?entity=run&entity-id={run['id']}")["data"]:
    print(f"attachment {file['id']}: {file['attributes']['name']}, {file['attributes']['size']} bytes")
