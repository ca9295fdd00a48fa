"""Identifiers of personal devices: IMEI, ICCID, IMSI, advertising ids, MAC addresses without separators, each after a word or with a check.

Ids of machines, jobs and installations stay: they are no person's.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._national_checks import luhn
from sidecar.redaction.recognizers._written import END, IS, START, Form, WrittenRecognizer, digits

_GUID = r"[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}"


class DeviceRecognizer(WrittenRecognizer):
    entity = "DEVICE_ID"
    title = "device"
    forms = (
        Form("imei", rf"{START}(?:imei(?:sv)?|meid|esn)(?:[ _-]?[12])?(?![^\W_]){IS}(?P<value>\d{{2}}[ /-]?\d{{6}}[ /-]?\d{{6}}(?:[ /-]?\d{{1,2}})?|\d{{6}}[ -]\d{{2}}[ -]\d{{6}}[ -]\d|[0-9A-F]{{14}})(?!\w|[-/]\d)", 0.9),
        Form("iccid", r"(?<![\w.\-/])89\d{2}(?:[ -]?\d{4}){3}[ -]?\d{2,4}(?:[ -]?\d)?F?(?!\w|[-./]\d)", 0.95),
        Form("imsi", rf"{START}(?:imsi|iccid|sim(?: card)?(?: (?:number|no\.?|serial))){END}{IS}(?P<value>\d(?:[ -]?\d){{13,20}})(?!\w)", 0.85),
        Form(
            "advertising",
            rf"{START}(?:idfa|idfv|gaid|aaid|gps[_ ]?adid|adid|advertis(?:ing|er)[_ -]?id(?:entifier)?|device[_ -]?id(?:entifier)?|android[_ -]?id|udid|openudid|hardware[_ -]?id|fingerprint[_ -]?id|ger[aä]te-?id|identifiant (?:publicitaire|de l'appareil)|id de(?:l)? dispositivo|roku[_ -]?id|vendor[_ -]?id)(?![^\W_]){IS}"
            rf"(?P<value>{_GUID}|[0-9A-F]{{14,64}}|[0-9A-F]{{8}}-[0-9A-F]{{16}})(?!\w)",
            0.85,
        ),
        Form("push", rf"{START}(?:apns|fcm|gcm|push|device|registration)[_ -]?token(?![^\W_]){IS}(?P<value>[\w:-]{{32,255}})(?!\w)", 0.85),
        Form("mac", rf"{START}(?:mac(?:[ _-]?addr(?:ess)?)?|wi-?fi address|bluetooth(?: address)?|bssid|hardware address)(?![^\W_])[^\w\n]{{0,6}}(?:is )?(?P<value>[0-9A-F]{{12}}|[0-9A-F]{{2}}(?: [0-9A-F]{{2}}){{5}}|[0-9A-F]{{6}}[-:][0-9A-F]{{6}})(?!\w)", 0.85),
        Form("serial", rf"{START}(?:(?:phone|laptop|device|tablet|iphone|macbook|ipad)(?:'s)?[ _-]?serial(?:[ _-]?(?:number|no\.?|nr\.?))?)(?![^\W_]){IS}(?P<value>(?=[A-Z]*\d)[A-Z0-9]{{8,20}})(?!\w)", 0.7),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        if form.name == "iccid":  # an ICCID without a word: ITU-T E.118 prefix and check digit
            return form.score if luhn(digits(value)) or luhn(digits(value)[:19]) else 0.0
        return form.score if any(map(str.isdigit, value)) else 0.0
