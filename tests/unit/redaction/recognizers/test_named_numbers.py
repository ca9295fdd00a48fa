# ruff: noqa: RUF001  words of many scripts
"""Numbers that only a word tells: devices, medical records, passports, licences, tax files; wallets; names on the net."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.account_name import AccountNameRecognizer
from sidecar.redaction.recognizers.device import DeviceRecognizer
from sidecar.redaction.recognizers.driver_license import DriverLicenseRecognizer
from sidecar.redaction.recognizers.identity_card import IdentityCardRecognizer
from sidecar.redaction.recognizers.medical_id import MedicalIdRecognizer
from sidecar.redaction.recognizers.passport import PassportRecognizer
from sidecar.redaction.recognizers.social_security import SocialSecurityRecognizer
from sidecar.redaction.recognizers.tax_file import TaxFileRecognizer
from sidecar.redaction.recognizers.wallet import WalletRecognizer

TABLES = {
    DeviceRecognizer: """IMEI «490154203237518»
IMEI: «35-209900-176148-1»
imei 1: «49 015420 323751 8»
IMEISV «4901542032375186»
MEID «A0000000002329»
ICCID «8944110065168293210»
IMSI «310150123456789»
idfa: «EA7583CD-A667-48BC-B806-42ECB2B48606»
advertising id «cdda802e-fb9c-47ad-9866-0794d394c912»
device_id=«6f9619ff-8b86-d011-b42d-00cf4fc964ff»
Device ID: «9774d56d682e549c»
UDID «2b6f0cc904d137be2e1730235f5664094b831186»
Geräte-ID: «9774d56d682e549c»
MAC address «001A2B3C4D5E»
wifi address: «00 1A 2B 3C 4D 5E»
iPhone serial number «C39XK1ABCDEF»
fcm token: «dGhpcyBpcyBub3QgYSByZWFsIHRva2Vu123456:APA91b»
---
490154203237518
6f9619ff-8b86-d011-b42d-00cf4fc964ff
9774d56d682e549c
device is offline
device 12 of 40
job id 6f9619ff-8b86-d011-b42d-00cf4fc964ff
the sim card is lost
mac and cheese 2024
MAC OS 10.15.7
serial number 12345678
00030000000000012345
installation id 9774d56d682e549c
imei missing
IMEI: unknown
hardware id pending
token ring 100
1700000000000""",
    MedicalIdRecognizer: """MRN «12345678»
MRN: «00-12-34-56»
medical record number «A1234567»
Medical Record #: «12345678»
patient (MRN «7654321») seen
chart number «1234567»
health card number «1234-567-890-AB»
health insurance number «A123456789»
Medicaid ID «AB12345C»
Versichertennummer «A123456789»
Krankenversichertennummer: «M123456789»
KVNR «A123456780»
numéro de dossier médical «0012345678»
historia clínica «123456»
tarjeta sanitaria «CYL1234567890»
tessera sanitaria «80380000901234567890»
cartão SUS «898 0012 3456 7890»
número de utente «123456789»
полис ОМС «7700001234567890»
診察券番号 «1234567»
«12345678» (MRN)
---
12345678
patient number 12345678
customer number 12345678
employee id 12345678
member id 12345678
MRN missing
medical record is complete
health card expired 2024
the chart shows 12 items
hospital number one
health insurance costs 1200 EUR
medicaid covers 100
dossier médical complet
order 12345678
room 1234
chart 5""",
    PassportRecognizer: """passport 912803456
---""".replace("912803456", "«912803456»")
    + """
passport
passport office 12
a passport photo 35x45 mm
912803456
C01X00T47
pass 12345678
boarding pass 2024
passport expires 2030-01-01
passed 12345 tests
order of passports 2024
passe 12
visa 4111 1111
the passport was issued in 2019
bypass 123456
passeport périmé""",
    DriverLicenseRecognizer: """driver's license «D1234567»
driver license number: «D123-4567-8901»
drivers licence no. «MORGA657054SM9IJ»
driving licence «MORGA657054SM9IJ»
DL# «D1234567»
DL number «12345678»
Führerschein «B072RRE2I55»
Führerscheinnummer: «B072RRE2I55»
permis de conduire n° «13AA00002»
permiso de conducir «12345678Z»
patente di guida «U1H123456A»
carta de condução «L-1234567»
rijbewijs «5123456789»
prawo jazdy «12345/67/8901»
körkort «811218-9876»
運転免許証番号 «123456789012»
ehliyet no «123456»
---
license 1234567
D1234567
driver update 12.3.4
a driver reads s3://assets/catalogue
driver version 461.92
driving licence expired
driver license missing
software license number 12345678
dl 12
a DL of 5 kg
driver's manual 2024
permis de construire 12345
order D1234567
license key ABCD
patent 1234567""",
    IdentityCardRecognizer: """national ID «AB1234567»
National ID number: «199003123456»
ID card no. «L01X00T47»
identity number «7503305044089»
government id «X1234567»
citizen ID: «1234567890123»
residence permit «ZR1234567»
green card «SRC1234567890»
alien registration number «A123456789»
Personalausweis «L01X00T471»
Ausweisnummer: «L01X00T47»
Aufenthaltstitel «YZ1234567»
carte d'identité «880692310285»
CNI «880692310285»
cédula de identidad «1.234.567-8»
carta d'identità «CA00000AA»
dowód osobisty «ABC123456»
身份证号码：«11010519491231002X»
občanský průkaz «123456789»
---
id 12345678
ID: 12345678
contact id 12345678
identity missing
national holiday 2024
card 12345678
AB1234567
id-kort saknas
government spending 1,200,000
citizens of 12 countries
the residence permit expired
green cards in 2024
personal id photo
Ausweis vergessen
order id 123456789""",
    TaxFileRecognizer: """tax id «123-45-6789»
TIN: «12-3456789»
taxpayer identification number «912345678»
tax reference «1234567890»
Steuernummer «12/345/67890»
St.-Nr. «123/456/78901»
Steuernr. «93815/08152»
numéro fiscal «30 23 217 600 053»
identificación fiscal «12345678Z»
codice fiscale «RSSMRA85T10A562S»
número de contribuinte «123456789»
NIP «123-456-32-18»
vergi no «1234567890»
税号 «91350100M000100Y43»
belastingnummer «123456789»
---
tax 12345678
tax of 19 percent
tax id missing
a tin of 12 biscuits
tin roof
taxes 2024
income tax 1,234.56
Steuer 2024
Steuernummer fehlt
tax invoice 12345678
VAT 20 %
123-45-6789
taxi 1234567
numéro 12345678
order 1234567890""",
    WalletRecognizer: """«0x52908400098527886E0F7030069857D2E4169EE7»
send to «0xde709f2102306220921060314715629080e2fb77» now
«LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9»
«DBXu2kgc3xtvCUWFcxFE3r9hEYgmuaaCyD»
«bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq»
«1BoatSLRHtKNngkdXEeobR76b53LETtpyT»
«3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy»
«rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh»
«ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9»
«addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x»
wallet: «7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV5»
SOL address «7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV5»
bitcoincash:«»""".replace("\nbitcoincash:«»", "")
    + """
---
5d41402abc4b2a76b9719d911017c5925d414021
0x1F
0xdeadbeef
6f9619ff-8b86-d011-b42d-00cf4fc964ff
1BoatSLRHtKNngkdXEeobR76b53LETtpyX
0032400000aBcDeAAK
my wallet was stolen
LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMHa
aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQ
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
0x52908400098527886E0F7030069857D2E4169EE7AB
3.14159265358979
Doge to the moon 2024
bc1
T1234567890""",
    SocialSecurityRecognizer: """«123-45-6789»
«078 05 1120»
SSN «123-45-6789» on file
his social security number is «123456789».
SSN: «***-**-6789»
ssn=«123456789»
Social Security #: «123-45-6789»
soc. sec. «123 45 6789»
número de seguro social «123-45-6789»
seguro social: «123456789»
«123-45-6789» (SSN)
last 4 of SSN: «6789»
last four digits of his social security number: «6789»
SSN ending in «6789»
social_security_number: «123456789»
---
123456789
123-45-67890 and 9123-45-6789 and 123-45.6789
social security office 2024
ssn missing
2024-01-15
12-345-6789
phone 415-555-0132
6f9619ff-123-45-6789
social 2024
1.123-45-6789
$123-45-6789-0
the last 4 of 2024
4 digits 6789
order 123-456-789
1234-56-789""",
    AccountNameRecognizer: """Twitter: «@jane_doe»
follow «@jane.doe» please
find me on insta «@jdoe1984»
DM «@maria_g» for details
«@jane_doe» on Instagram
Instagram: «jane_doe84»
telegram «@jdoe»
ig: «jane.doe»
my handle is «janed84»
username: «jdoe1984»
discord «janed#1234»
skype «live:.cid.1234abcd»
https://www.linkedin.com/in/«jane-doe-1234»/
linkedin.com/in/«jane-doe»
https://github.com/«janedoe»
https://x.com/«janedoe»?s=20
twitter.com/«jane_doe»,
https://www.instagram.com/«jane.doe»/
https://www.facebook.com/«jane.doe.12»
https://t.me/«janedoe»
https://www.tiktok.com/@«janedoe»
Sígueme en Twitter «@maria_garcia»
Benutzername: «mmuster84»
nom d'utilisateur : «mdupont»
телеграм «@ivan_petrov»
«@jane»@mastodon.example
auth login ok user=«ndelacruz» ip=203.0.113.7
Accepted publickey for «tkowalczyk» from 198.51.100.7 port 22
Failed password for invalid user «kx_rider» from 198.51.100.7
vpn user «night_owl02»
user_name = '«wdelacruz»' AND ip
[14:02:40] <«gbaker»> morning.
[14:02:11] «gbaker» joined #ops
RT «@theiyer»: monday again
«@grace.sutherland» can you review
thanks «@whitfieldem50» for the help
---
@Override
  @Override public void run()
.x { } @media screen and more
user: change my number
Agent: Thank you
user=admin role=x
user-agent=curl
uses: actions/checkout@v4 now
the @param is documented here
user = request.user
@media (max-width: 600px)
@scope/pkg@1.2.3
npm i @types/node
@param name the name
jane@example.com
https://github.com/org/repo
https://github.com/features
https://www.linkedin.com/company/acme
https://twitter.com/home
https://www.instagram.com/p/Cx123/
https://github.com/org/repo/issues/12
twitter campaign 2024
username: required
the username is taken
post on facebook: the link
@app.route("/x")
a #1234 ticket
line: 42
C#1234""",
}
PASSPORTS = """Passport No: «C01X00T47»
passport number is «AB1234567»
US passport «A12345678»
Reisepass «C01X00T478»
Reisepassnummer: «C01X00T47»
pasaporte «AAA123456»
n.º de pasaporte «XDA123456»
passeport n° «12AB34567»
passaporto «YA1234567»
passaporte: «CA123456»
paspoort «NW1234567»
paszport «EK1234567»
pasnummer «SP1234567»
загранпаспорт «75 1234567»
паспорт № «4509 123456»
パスポート番号：«TK1234567»
护照号 «E12345678»
여권번호 «M12345678»
جواز السفر «A1234567»
travel document «P1234567»
---"""
CASES = [
    (cls, text)
    for cls, rows in (*TABLES.items(), (PassportRecognizer, PASSPORTS))
    for text in rows.splitlines()
    if text and text != "---"
]


@pytest.mark.parametrize(("cls", "text"), CASES, ids=[f"{cls.title}: {text[:40]}" for cls, text in CASES])
def test_named_numbers(table, cls, text):
    table.check(cls(), text)
