# ruff: noqa: RUF001  words of many scripts
"""Vehicle identification numbers and licence plates."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.license_plate import LicensePlateRecognizer
from sidecar.redaction.recognizers.vin import VinRecognizer

VIN = """«1HGCM82633A004352»
VIN «1M8GDM9AXKP042788»
the car (VIN «5GZCZ43D13S812715») was sold
VIN: «WVWZZZ1JZXW000001»
vin=«WBAAA1305H2345678»
chassis number «WVWZZZ1JZXW000001»
Fahrgestellnummer «WVWZZZ1JZXW000001»
FIN: «WDB1240221J000001»
Fahrzeug-Identifizierungsnummer «WVWZZZ1JZXW000001»
numéro de châssis «VF1AAAAA123456789»
bastidor «VSSZZZ1MZ1R000001»
telaio «ZFA31200000123456»
chassi «9BWZZZ377VT004251»
chassisnummer «YV1RS61T442123456»
numer nadwozia «TMBZZZ1Z123456789»
車台番号 «JH4KA7561PC008269»
车架号：«LSVAA49J132047371»""".replace("Fahrzeug-Identifizierungsnummer", "Fahrzeug-Identifikationsnummer").splitlines()
NO_VIN = """1HGCM82633A004353
12345678901234567
ABCDEFGHJKLMNPRST
6f9619ff8b86d011b
SKU-1HGCM82633A004352-X
VIN missing
vin rouge 2019
the chassis is new
1hgcm82633a004353
ORDER20240101ABCD
A1B2C3D4E5F6G7H8J
00D5g000008XyZ1EA
17 characters long
chassis 42
AAAAAAAAAAAAAAAAA""".splitlines()

PLATE = """license plate «7ABC123»
licence plate: «AB12 CDE»
number plate «AB12CDE»
plate no. «ABC-1234»
vehicle registration «AB12 CDE»
car reg: «AB12 CDE»
Kennzeichen «M-AB 1234»
Kennzeichen: «B MW 1234»
plaque d'immatriculation «AB-123-CD»
immatriculée «AB-123-CD»
matrícula «1234 BCD»
placa «ABC-1234»
targa «AB 123 CD»
kenteken «12-ABC-3»
numer rejestracyjny «WA 12345»
гос. номер «А123ВС777»
rendszám «ABC-123»""".splitlines()
NO_PLATE = """plate
a plate of 12 cookies
license plate holder
ABC-1234
AB12 CDE
number plates are made in 2024
the registration number is 12345678
targa florio 1965
placa madre
matrícula del curso
plate 12 in the book
home plate in 1st inning
the vehicle registration expired
Kennzeichen fehlt
immatriculation tardive
tectonic plates move 5 cm
order 7ABC123""".splitlines()


@pytest.mark.parametrize("text", VIN + NO_VIN)
def test_vehicle_identification_numbers(table, text):
    table.check(VinRecognizer(), text)


@pytest.mark.parametrize("text", PLATE + NO_PLATE)
def test_licence_plates(table, text):
    table.check(LicensePlateRecognizer(), text)
