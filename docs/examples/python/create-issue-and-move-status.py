"""Creates an issue and moves it along the workflow, from "new" to "open".

Run it with: python3 create-issue-and-move-status.py
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


# A personal token knows its user, an account token has none of its own.
reported = {"title": "The total is missing", "priority": "2-high", "author-id": USER}
issue = call("POST", f"/projects/{PROJECT}/issues.json", {"data": {"type": "issues", "attributes": reported}})["data"]
print(f"issue {issue['id']}: {issue['attributes']['status-name']}")
moved = {"data": {"type": "issues", "attributes": {"status-name": "open", "user-id": USER}}}
issue = call("PUT", f"/projects/{PROJECT}/issues/{issue['id']}/update_status.json", moved)["data"]
print(f"issue {issue['id']}: {issue['attributes']['status-name']}")
