"""Creates a test set with an instance of each test in ASSAY_TESTS ("70,71").

Run it with: python3 create-set-with-instances.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
TESTS = os.environ["ASSAY_TESTS"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


test_set = {
    "type": "sets",
    "attributes": {"name": "Nightly", "version": "1.5"},
    "instances": {"test-ids": TESTS.split(",")},
}
created = call("POST", f"/projects/{PROJECT}/sets.json", {"data": test_set})["data"]
print(f"set {created['id']}: {created['attributes']['name']}")
# Runs are uploaded to instances: these are their ids.
for instance in call("GET", f"/projects/{PROJECT}/instances.json?set-ids={created['id']}")["data"]:
    print(f"instance {instance['id']}: {instance['attributes']['name']}")
