# ruff: noqa: RUF001  words of many scripts
"""Birth dates in many spellings and languages, and other dates that are left alone."""

from __future__ import annotations

import pytest

from sidecar.redaction.recognizers.birth_date import BirthDateRecognizer

FOUND = """born on «3 March 1984»
DOB «03/04/84»
DOB: «03/04/1984»
D.O.B. «3-4-1984»
patient_dob=«1984-03-03»
"date_of_birth": "«1984-03-03»"
Date of birth is «March 3rd, 1984»
Her birthday is «March 3»
born in Leeds on the «3rd of March 1984»
(born «3-Mar-1984»)
dob «19840303»
«03/04/1984» (DOB)
also birthday «7 March» dont forget
Agent: and your date of birth for me? Caller: «January 12, 1941».
Birth date | «03/04/1984» |
Patient (DOB «12/31/1962») was seen
geb. am «03.03.1984»
geboren am «3. März 1984» in Köln
Geburtsdatum: «03.03.84»
Geburtstag ist am «3. März»
née le «12 mars 1984»
né(e) le : «12/03/1984»
Date de naissance «12/03/1984»
nacido el «3 de marzo de 1984»
nacida en Sevilla el «03/03/1984»
Fecha de nacimiento: «03-03-1984»
nato il «3 marzo 1984»
data di nascita «03.03.1984»
nascido em «3 de março de 1984»
Data de nascimento: «03/03/1984»
geboren op «3 maart 1984»
geboortedatum: «3-3-1984»
ur. «03.03.1984»
urodzona «3 marca 1984»
född «1984-03-03»
fødselsdato «03.03.1984»
syntynyt «3.3.1984»
生年月日：«1984年3月3日»
生年月日 «昭和59年3月3日»
出生日期：«1984年3月3日»
생년월일: «1984년 3월 3일»
«12.03.1984» г.р.
родился «3 марта 1984»
дата рождения «03.03.1984»
Doğum tarihi: «03.03.1984»
született: «1984. március 3.»
narozen «3. 3. 1984»
«1984年3月3日»生まれ
(*«03.03.1984»)
ngày sinh «03/03/1984»
γεννήθηκε «03/03/1984»
تاريخ الميلاد «03/03/1984»""".splitlines()

NOT_FOUND = """sent on 2025-04-21
Order of 03/04/2024 was delivered
He was born in Paris, joined 2020-01-02
born to run, created 2024-01-01
aged 42, registered 2020-03-04
42 years old since 12/12/2020
The invoice dated 3 March 2024 is due
geboren? Nein. Bestellt am 03.03.2024
Your birthday gift card expires 2025-12-31
Happy birthday! Your order 12/12/2024 shipped
born again 2024
NATO 04.04.1949
ne pas appeler le 12/03/2024
Nee, dat was 12-03-2024
ur order from 12/12/2024
date: 1984-03-03
expiry date of card 12/27
birthday campaign 2024-10-01 email sent
date of birth unknown; last seen 2024-10-01
DOB not given. Appointment 2024-10-01
born 2031-01-01
born 99/99/9999
release 1.2.1984
Meeting on 3. März 2024
reserva del 3 de marzo de 2024
nacido para ganar, pedido 03/03/2024
生産日 2024年3月3日
birth weight 3.2.1 kg
member since 1984-03-03
he is 42""".splitlines()


@pytest.fixture(scope="module")
def recognizer():
    return BirthDateRecognizer()


@pytest.mark.parametrize("text", FOUND)
def test_a_date_that_is_said_to_be_someone_s_birth_is_found(table, recognizer, text):
    table.check(recognizer, text)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_other_dates_and_ages_are_left_alone(table, recognizer, text):
    table.check(recognizer, text)
