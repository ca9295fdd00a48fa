"""A Salesforce Marketing Cloud Engagement server for the Model Context Protocol, on the official SDK.

It knows nothing of redaction: what the tenant answers is what the caller gets. In the order a call travels:

- `cli`       the command line: standard input and output, HTTP on loopback, or the emulator
- `settings`  the environment, parsed once
- `server`    tools on the wire: schemas, arguments checked, results and errors shaped
- `tools/`    one file per area of Marketing Cloud
- `api`       REST and SOAP calls with retries, throttling and token renewal
- `auth`      one access token per business unit, renewed by one flight at a time
- `soap`      envelopes written and answers parsed, without I/O
- `http`      the one HTTP session: where it may go, how long, how much
- `errors`    what can go wrong, without a word of what the tenant answered
- `emulator/` a Marketing Cloud on loopback, loaded only when asked for
"""

__version__ = "0.1.0"
