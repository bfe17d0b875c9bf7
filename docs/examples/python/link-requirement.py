"""Links a test to a requirement and reads what that makes of its status.

Run it with: python3 link-requirement.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
REQUIREMENT = os.environ["ASSAY_REQUIREMENT"]
TEST = os.environ["ASSAY_TEST"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


path = f"/projects/{PROJECT}/requirements/{REQUIREMENT}"
# POST adds, PATCH replaces, DELETE removes; the answer lists the tests that are linked now.
for test in call("POST", f"{path}/relationships/tests.json", {"data": [{"id": TEST, "type": "tests"}]})["data"]:
    print(f"linked test {test['id']}")
requirement = call("GET", f"{path}.json")["data"]
print(f"requirement {requirement['id']}: {requirement['attributes']['run-status']}")
