"""Creates a test with two steps.

Run it with: python3 create-test-with-steps.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
USER = os.environ["ASSAY_USER"]


def call(method, path, body=None):
    headers = {"PTToken": os.environ["ASSAY_TOKEN"], "Content-Type": "application/json"}
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, sent, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


test = {
    "type": "tests",
    # A personal token knows its author, an account token has none of its own.
    "attributes": {"name": "Pay by card", "author-id": USER, "test-type": "ScriptedTest"},
    "steps": {
        "data": [
            {"name": "Open the basket", "expected-results": "The total is shown"},
            {"name": "Pay", "description": "Use card 4111", "expected-results": "A receipt is sent"},
        ]
    },
}
created = call("POST", f"/projects/{PROJECT}/tests.json", {"data": test})["data"]
print(f"test {created['id']}: {created['attributes']['name']}, {created['attributes']['steps-count']} steps")
