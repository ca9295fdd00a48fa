# ruff: noqa: RUF001  words of many scripts
"""National identification numbers of persons: how they are written, which check they pass, which words announce them. Data only; no recognizer.

Numbers of companies (CNPJ, KvK, ABN, VAT …) are not here: they are nobody's personal data. A shape is written with ``9`` for a digit, ``A`` for a letter
and ``X`` for either; everything else stands for itself. ``|`` parts shapes.

Three strengths, by the share of random strings of the same shape that pass (measured in the tests):

- ``alone``: so few that the number stands on its own everywhere;
- ``home``: few enough once its country is named in the configuration;
- ``word``: only beside one of ``words`` (checksums of one digit let every tenth order number pass).
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Number(NamedTuple):
    """``check``: a module of ``stdnum``, a name in ``_national_checks``, or empty."""

    entity: str
    country: str
    check: str
    alone: str = ""
    home: str = ""
    word: str = ""
    words: str = ""
    """Of a regular expression; without them the country's forms need no word."""


NUMBERS: Final[tuple[Number, ...]] = (
    # Europe
    Number("AL_NID", "al", "", word="A99999999A", words=r"nid|numri personal|id number"),
    Number("AT_VSNR", "at", "at.vnr", home="9999 999999", word="9999999999", words=r"sv(?:-?nummer|nr\.?|-nr\.?)|sozialversicherungsnummer|versicherungsnummer|vsnr"),
    Number("BE_NN", "be", "be.nn", alone="99.99.99-999.99", home="99999999999", word="99 99 99 999 99", words=r"rijksregister(?:nummer|nr\.?)?|num[eé]ro (?:de registre )?national|registre national|niss|insz|nn|nrn"),
    Number("BG_EGN", "bg", "bg.egn", word="9999999999", words=r"егн|egn"),
    Number("CH_AHV", "ch", "ch.ssn", alone="756.9999.9999.99|7569999999999|756 9999 9999 99"),
    Number("CZ_RC", "cz", "cz.rc", alone="999999/9999", word="9999999999|999999/999", words=r"rodn[eé] [cč][ií]sl[oa]|r\. ?[cč]\.|rč|rc|birth number"),
    Number("SK_RC", "sk", "sk.rc", word="9999999999|999999/999", words=r"rodn[eé] [cč][ií]slo|r\. ?[cč]\."),
    Number("DE_TAX_ID", "de", "de.idnr", home="99 999 999 999", word="99999999999|99 999 999 999|99 999999999|99-999-999-999", words=r"steuer[ -]?(?:id|identifikationsnummer|ident(?:nummer|-?nr\.?)?)|steuerliche identifikationsnummer|id(?:entifikations)?-?(?:nr\.?|nummer)|tin|tax id"),
    Number("DE_SOCIAL_SECURITY", "de", "de_rvnr", alone="99 999999 A 999|99999999A999|99-999999-A-999|99 999999 A999|99999999 A 999"),
    Number("DE_ID_CARD", "de", "icao", word="A99999999|AXXXXXXXX|AXXXXXXXX9", words=r"personalausweis(?:nummer|-?nr\.?)?|ausweis(?:nummer|-?nr\.?)?|perso(?:nr\.?)?|id card"),
    Number("DK_CPR", "dk", "dk.cpr", home="999999-9999", word="999999-9999|9999999999|999999 9999", words=r"cpr(?:[ -]?(?:nr\.?|nummer))?|personnummer"),
    Number("EE_IK", "ee", "ee.ik", home="99999999999", word="99999999999", words=r"isikukood|ik|personal (?:identification )?code"),
    Number("ES_NIF", "es", "es.dni", alone="99999999A|99999999-A|99.999.999-A|99999999 A|99.999.999A|99.999.999 A"),
    Number("ES_NIE", "es", "es.nie", alone="A9999999A|A-9999999-A|A9999999-A|A-9999999A|A 9999999 A"),
    Number("ES_SOCIAL_SECURITY", "es", "es_nuss", alone="99/99999999/99", word="999999999999|99 99999999 99|99 9999999999", words=r"seguridad social|nuss|nss|n[uú]m(?:ero)?\.? (?:de )?afiliaci[oó]n|naf"),
    Number("FI_PERSONAL_IDENTITY_CODE", "fi", "fi.hetu", alone="999999-999X|999999+999X|999999A999X"),
    Number("FR_NIR", "fr", "fr_nir", alone="9 99 99 99 999 999 99|999999999999999|9 99 99 99 999 999/99|9999999999999 99|9 99 99 99 999 999|9.99.99.99.999.999.99|9-99-99-99-999-999-99|9 99 99 9A 999 999 99|999999A99999999", word="9999999999999", words=r"s[eé]cu(?:rit[eé] sociale)?|n[°º]? ?ss|nir|insee|num[eé]ro de s[eé]cu\w*"),
    Number("FR_TAX_ID", "fr", "fr.nif", word="9999999999999|99 99 999 999 999", words=r"num[eé]ro fiscal|n[°º] fiscal|spi|r[eé]f[eé]rence fiscale"),
    Number("GR_AMKA", "gr", "gr.amka", word="99999999999", words=r"αμκα|amka"),
    Number("GR_AFM", "gr", "gr.vat", word="999999999", words=r"αφμ|α\.φ\.μ\.|afm"),
    Number("HR_OIB", "hr", "hr.oib", home="99999999999", word="99999999999", words=r"oib"),
    Number("HU_TAJ", "hu", "hu_taj", word="999999999|999 999 999|999-999-999", words=r"taj(?:[ -]?sz[aá]m)?"),
    Number("HU_PERSONAL_ID", "hu", "", alone="9-999999-9999"),
    Number("HU_TAX_ID", "hu", "hu_tax", word="9999999999", words=r"ad[oó]azonos[ií]t[oó](?: jel)?"),
    Number("IE_PPS", "ie", "ie.pps", home="9999999A|9999999AA", word="9999999A|9999999AA|9999999 A|9999999 AA", words=r"pps(?:n|[ -]?(?:number|no\.?))?"),
    Number("IS_KENNITALA", "is", "is_.kennitala", home="999999-9999", word="999999-9999|9999999999", words=r"kennitala|kt\.?"),
    Number("IT_FISCAL_CODE", "it", "it.codicefiscale", alone="AAAAAAXXAXXAXXXA|AAA AAA XXAXX AXXXA|AAA AAA XXAXXAXXXA"),
    Number("LT_ASMENS", "lt", "lt.asmens", home="99999999999", word="99999999999", words=r"asmens kodas|a\. ?k\."),
    Number("LV_PK", "lv", "lv.pvn", home="999999-99999", word="999999-99999|99999999999", words=r"personas kods|p\. ?k\."),
    Number("NL_BSN", "nl", "nl.bsn", word="999999999|999.999.999|9999.99.999|999 999 999|9999 99 999", words=r"bsn(?:[ -]?(?:nummer|nr\.?))?|burgerservicenummer|sofi(?:[ -]?nummer)?"),
    Number("NO_FODSELSNUMMER", "no", "no.fodselsnummer", alone="99999999999|999999 99999", word="999999-99999", words=r"f[oø]dselsnummer|fnr\.?|personnummer"),
    Number("PL_PESEL", "pl", "pl.pesel", home="99999999999", word="99999999999", words=r"pesel(?:u|em)?"),
    Number("PL_ID_CARD", "pl", "pl_id", word="AAA999999|AAA 999999", words=r"dow[oó]d(?:u|em)?(?: osobist\w+)?|nr dowodu|seria i numer"),
    Number("PT_CC", "pt", "pt.cc", alone="99999999 9 AA9|999999999AA9|99999999-9AA9|99999999-9-AA9"),
    Number("PT_NIF", "pt", "pt.nif", word="999999999|999 999 999|999.999.999", words=r"nif|contribuinte|n[uú]mero fiscal"),
    Number("RO_CNP", "ro", "ro.cnp", home="9999999999999", word="9999999999999", words=r"cnp|cod(?:ul)? numeric personal"),
    Number("RU_SNILS", "ru", "ru_snils", alone="999-999-999 99", word="99999999999|999-999-999-99", words=r"снилс|snils"),
    Number("RU_INN", "ru", "ru_inn", word="999999999999", words=r"инн|inn"),
    Number("RU_PASSPORT", "ru", "", word="9999 999999|99 99 999999|9999999999", words=r"паспорт\w*(?: серия)?|серия(?: и номер)?|passport"),
    Number("SE_PERSONNUMMER", "se", "se_pnr", alone="99999999-9999", home="999999-9999|999999+9999", word="999999-9999|999999+9999|9999999999|999999999999|99999999-9999", words=r"person(?:nummer|nr\.?)|pnr\.?|samordningsnummer|personal identity number"),
    Number("JMBG", "rs", "si.emso", home="9999999999999", word="9999999999999", words=r"jmbg|јмбг|emšo|emso|ембг|mati[cč]ni broj"),
    Number("TR_NATIONAL_ID", "tr", "tr.tckimlik", home="99999999999", word="99999999999", words=r"t\.? ?c\.?(?: kimlik(?: no| numaras[ıi])?)?|kimlik no|tckn|tc no"),
    Number("UA_RNTRC", "ua", "ua.rntrc", word="9999999999", words=r"рнокпп|ідентифікаційний (?:код|номер)|іпн|ипн|rnokpp"),
    Number("UK_NINO", "uk", "uk_nino", alone="AA 99 99 99 A|AA-99-99-99-A|AA 999999 A", home="AA999999A", word="AA999999A|AA 99 99 99", words=r"ni(?:no| number| no\.?)?|national insurance(?: number| no\.?)?"),
    Number("UK_NHS", "uk", "gb.nhs", word="999 999 9999|9999999999|999-999-9999", words=r"nhs(?: number| no\.?)?"),
    Number("UK_UTR", "uk", "gb.utr", word="9999999999|99999 99999|9999999999K", words=r"utr|unique taxpayer(?: reference)?|tax reference"),
    Number("UK_DRIVING_LICENCE", "gb", "uk_driver", alone="XXXXX999999XXXAA"),
    # America
    Number("AR_DNI", "ar", "", word="99.999.999|99999999|9.999.999", words=r"dni|d\.n\.i\.|documento(?: nacional)?"),
    Number("AR_CUIL", "ar", "ar_cuil", alone="99-99999999-9", word="99999999999|99 99999999 9", words=r"cuil|cuit"),
    Number("BR_CPF", "br", "br.cpf", alone="999.999.999-99", home="99999999999", word="99999999999|999999999-99|999 999 999 99", words=r"cpf"),
    Number("BR_RG", "br", "", word="99.999.999-X|999999999|9.999.999", words=r"rg|registro geral|identidade"),
    Number("CA_SIN", "ca", "ca.sin", word="999-999-999|999 999 999|999999999", words=r"sin|s\.i\.n\.|nas|social insurance(?: number| no\.?)?|assurance sociale"),
    Number("CL_RUT", "cl", "cl_rut", alone="99.999.999-X|9.999.999-X", word="99999999-X|9999999-X|99999999X", words=r"rut|run|r\.u\.t\.|c[eé]dula"),
    Number("CO_CEDULA", "co", "", word="9.999.999.999|99.999.999|9999999999|99999999|999.999.999", words=r"c[eé]dula(?: de ciudadan[ií]a)?|c\.? ?c\.?|documento"),
    Number("CR_CEDULA", "cr", "cr.cpf", word="9-9999-9999|99-9999-9999|999999999", words=r"c[eé]dula"),
    Number("CU_NI", "cu", "cu.ni", word="99999999999", words=r"carn[eé] de identidad|ni|identidad"),
    Number("DO_CEDULA", "do", "do.cedula", alone="999-9999999-9", word="99999999999", words=r"c[eé]dula"),
    Number("EC_CI", "ec", "ec.ci", word="9999999999|999999999-9", words=r"c[eé]dula|c\.?i\.?"),
    Number("MX_CURP", "mx", "mx_curp", alone="AAAA999999AAAAAAX9"),
    Number("MX_RFC", "mx", "mx_rfc", alone="AAAA999999XXX|AAAA-999999-XXX|AAAA 999999 XXX"),
    Number("MX_NSS", "mx", "luhn", word="99999999999|99-99-99-9999-9", words=r"nss|imss|seguro social"),
    Number("PE_DNI", "pe", "", word="99999999|99999999-X", words=r"dni|documento(?: nacional)?"),
    Number("SV_DUI", "sv", "sv_dui", word="99999999-9", words=r"dui"),
    Number("US_ITIN", "us", "us_itin", word="999999999|999-99-9999|999 99 9999", words=r"itin|taxpayer id(?:entification)?(?: number)?|tax id"),
    Number("US_MBI", "us", "us_mbi", alone="9AX9-AX9-AA99", word="9AX9AX9AA99", words=r"mbi|medicare(?: (?:number|id|beneficiary))?"),
    Number("UY_CI", "uy", "uy_ci", alone="9.999.999-9", word="99999999|9999999-9", words=r"c\.?i\.?|c[eé]dula"),
    Number("VE_CEDULA", "ve", "", word="A-99999999|A99999999|A-99.999.999|99.999.999", words=r"c[eé]dula|c\.?i\.?"),
    # Asia and the Pacific
    Number("AE_EID", "ae", "ae_eid", alone="784-9999-9999999-9|784999999999999|784 9999 9999999 9"),
    Number("AU_TFN", "au", "au.tfn", word="999 999 999|999999999|999-999-999", words=r"tfn|tax file(?: number| no\.?)?"),
    Number("AU_MEDICARE", "au", "au_medicare", word="9999 99999 9|9999999999|9999 99999 9-9|9999-99999-9", words=r"medicare(?: (?:card|number|no\.?))*"),
    Number("CN_RIC", "cn", "cn_ric", alone="999999999999999999|99999999999999999X|999999 99999999 999X"),
    Number("HK_HKID", "hk", "hk_id", alone="A999999(X)|AA999999(X)", word="A999999X|AA999999X|A999999-X", words=r"hkid|hong kong id(?:entity)?(?: card)?|身份證"),
    Number("ID_NIK", "id", "id.nik", home="9999999999999999", word="9999999999999999", words=r"nik|ktp|nomor induk kependudukan"),
    Number("IL_ID", "il", "il.idnr", word="999999999|99999999-9", words=r"ת\.?ז\.?|תעודת זהות|מספר זהות|teudat zehut|israeli id|t\.z\."),
    Number("IN_AADHAAR", "in", "in_.aadhaar", home="9999 9999 9999", word="9999 9999 9999|999999999999|9999-9999-9999", words=r"aadha?ar(?: (?:number|no\.?|card))?|uidai|uid|आधार"),
    Number("IN_PAN", "in", "in_pan", alone="AAAAA9999A", word="AAAAA 9999 A", words=r"pan(?: (?:card|number|no\.?))?"),
    Number("IN_VOTER", "in", "", word="AAA9999999", words=r"epic|voter(?: id)?|elector"),
    Number("IR_NATIONAL_ID", "ir", "ir_id", word="9999999999|999-999999-9", words=r"کد ?ملی|کدملی|code meli|national code"),
    Number("JP_MY_NUMBER", "jp", "jp.in_", word="999999999999|9999 9999 9999|9999-9999-9999", words=r"マイナンバー|個人番号|my ?number|kojin bango"),
    Number("KR_RRN", "kr", "kr_rrn", alone="999999-9999999", word="9999999999999|999999 9999999", words=r"주민(?:등록)?번호|rrn|resident registration"),
    Number("KZ_IIN", "kz", "kz_iin", word="999999999999", words=r"иин|жсн|iin"),
    Number("LK_NIC", "lk", "", word="999999999A|999999999999", words=r"nic(?: (?:number|no\.?))?"),
    Number("MY_NRIC", "my", "my.nric", alone="999999-99-9999", word="999999999999", words=r"nric|mykad|i/?c(?: (?:number|no\.?))?|no\.? ?kp"),
    Number("NZ_IRD", "nz", "nz.ird", word="99-999-999|999-999-999|999999999|99999999", words=r"ird(?: (?:number|no\.?))?"),
    Number("NZ_NHI", "nz", "", word="AAA9999", words=r"nhi(?: (?:number|no\.?))?"),
    Number("PH_PHILSYS", "ph", "", word="9999-9999-9999-9999|9999-9999999-9|99-9999999-9", words=r"philsys|psn|pcn|umid|crn|sss(?: (?:number|no\.?))?"),
    Number("PK_CNIC", "pk", "pk_cnic", alone="99999-9999999-9", word="9999999999999", words=r"cnic|nicop|شناختی کارڈ"),
    Number("SA_NATIONAL_ID", "sa", "sa_id", word="9999999999", words=r"iqama|saudi id|national id|رقم الهوية|الهوية(?: الوطنية)?|إقامة|الإقامة"),
    Number("SG_NRIC_FIN", "sg", "sg_nric", alone="A9999999A"),
    Number("TH_TNIN", "th", "th.pin", alone="9-9999-99999-99-9|9 9999 99999 99 9", word="9999999999999", words=r"เลข(?:ประจำตัว|บัตร)ประชาชน(?:เลขที่)?|บัตรประชาชน|thai id|citizen id"),
    Number("TW_ID", "tw", "tw_id", home="A999999999", word="A999999999", words=r"身分證(?:字號)?|身份證|taiwan id|national id"),
    Number("VN_CCCD", "vn", "", word="999999999999|999999999", words=r"cccd|cmnd|căn cước(?: công dân)?|chứng minh"),
    # Africa
    Number("EG_NATIONAL_ID", "eg", "eg_id", word="99999999999999", words=r"الرقم القومي|رقم قومي|national id|بطاقة"),
    Number("KE_NATIONAL_ID", "ke", "", word="99999999|9999999", words=r"kenyan? id|id number"),
    Number("NG_NIN", "ng", "", word="99999999999", words=r"nin|bvn"),
    Number("GH_CARD", "gh", "", alone="GHA-999999999-9"),
    Number("ZA_ID_NUMBER", "za", "za.idnr", home="9999999999999", word="9999999999999|999999 9999 999|999999 9999 99 9", words=r"(?:sa|rsa|south african) id(?: (?:number|no\.?))?|id (?:number|no\.?)|identity number|id"),
)  # fmt: skip
