"""Lists the projects the token can see.

Run it with: python3 list-projects.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"


def get(address):
    request = urllib.request.Request(address, headers={"PTToken": os.environ["ASSAY_TOKEN"]})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


for project in get(f"{URL}/projects.json")["data"]:
    print(f"project {project['id']}: {project['attributes']['name']}")
