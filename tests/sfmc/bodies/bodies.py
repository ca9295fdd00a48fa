"""E-mail bodies as Marketing Cloud has them, made from parts: AMPscript, GTL, SSJS, tracking links, MSO comments, and people in all of them.

Every body says what was planted in it (nobody: reserved domains and numbers) and which scripts have to survive byte for byte.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

COUNT = 66

PERSONALISATION = (
    "%%FirstName%%", "%%First Name%%", "%%emailaddr%%", "%%_subscriberkey%%", "%%subscriberid%%", "%%memberid%%",
    "%%jobid%%", "%%listid%%", "%%_emailid%%", "%%emailname_%%", "%%xtmonth%%", "%%view_email_url%%",
    "%%profile_center_url%%", "%%subscription_center_url%%", "%%unsub_center_url%%", "%%ftaf_url%%",
    "%%Member_Busname%% %%Member_Addr%% %%Member_City%% %%Member_State%% %%Member_PostalCode%% %%Member_Country%%",
    "%%=v(@x)=%%", '%%=ContentBlockByKey("k")=%%', "%%=RedirectTo(@u)=%%", "%%=treatascontent(@subject)=%%",
    "%%=Lookup('DE','LastName','Email',emailaddr)=%%", "%%[ SET @a = 1 ]%%",
    '<custom name="opencounter" type="tracking">', "{{FirstName}}", "{{#if Vip}}", "{{/if}}",
    '{{Event.APIEvent-0f1e2d3c-4b5a-4968-8776-655443322110.\\"Email\\"}}',
    '{{Contact.Attribute.\\"Email Demographics\\".\\"First Name\\"}}', "{{Contact.Default.Email}}", "{{{prefix}}}",
)  # fmt: skip
"""What must survive byte for byte."""

_FIRST = ("Ottilie", "Casimir", "Perpetua", "Leopold", "Isolde", "Barnaby")
_LAST = ("Brackenbury", "Thornaby", "Wexcombe", "Oakhanger", "Larkspur-Moss", "O'Dunmore")


@dataclass(frozen=True)
class Body:
    html: str
    planted: tuple[str, ...]
    """As they are written in the body."""
    scripts: tuple[str, ...]


def _head(number: int) -> str:
    doctype = ("<!DOCTYPE html>\r\n", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">\n', "")[
        number % 3
    ]
    return (
        f'{doctype}<html xmlns:v="urn:schemas-microsoft-com:vml"><head><meta charset="utf-8"><title>%%emailname_%%</title>'
        "<style>.c{color:#1A73E8;padding:8px 16px} @media only screen{.w{width:100%!important}}</style>"
        "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>"
        '<![endif]--></head>\n<body bgcolor="#ffffff">\n'
    )


def _ampscript(mail: str, phone: str) -> str:
    return (
        f"%%[\n  VAR @to, @tel\n  SET @to = \"{mail}\"\n  SET @tel = '{phone}'\n"
        '  IF EMPTY(@first) THEN SET @first = "there" ENDIF\n]%%\n'
        f"<p>%%=IIF(@to == '{mail}', 'yours', v(@to))=%%</p>"
    )


def _ssjs(mail: str) -> str:
    return (
        '<script runat="server">Platform.Load("core","1.1.1");\n'
        f'var de = DataExtension.Init("SKU_Catalog"); var who = "{mail}"; if (de && who != \'\') {{ Write(who); }}</script>'
    )


def _links(number: int, mail: str) -> tuple[str, tuple[str, ...]]:
    qs = f"{number + 1:02x}" * 40
    packed = base64.b64encode(mail.encode()).decode()
    quoted = mail.replace("@", "%40")
    html = (
        f'<a href="https://cl.exct.net/?qs={qs}" target="_blank">Shop</a>'
        f'<a href="https://click.example.com/?qs={qs}&amp;x=1">More</a>'
        f'<a href="https://pages.example.com/p?e={packed}&sk={quoted}&utm_source=news&utm_campaign=%%emailname_%%">Profile</a>'
        f'<a href="mailto:{mail}?subject=Hello">Write</a>'
        f'<img src="https://image.example.com/lib/fe9a15707361/m/1/0f1e2d3c-4b5a-4968-8776-65544332{number:04d}.png" alt="">'
    )
    return html, (qs, packed, quoted)


def body(number: int) -> Body:
    first, last = _FIRST[number % 6], _LAST[number // 6 % 6]
    mail = f"{first}.{last.replace(chr(39), '')}{number}@example.com".lower()
    phone = f"+1 415 555 01{number % 100:02d}"
    links, in_links = _links(number, mail)
    written = last
    parts = [
        _ampscript(mail, phone),
        _ssjs(mail),
        f"<blockquote>Best purchase this year.<br>{first} {written}, <b>{mail}</b><br/>tel. <a href='tel:{phone.replace(' ', '')}'>{phone}</a></blockquote>",
        links,
        f'<table width="600"><tr><th>Name</th><th>Email Address</th></tr><tr><td>{first} {written}</td><td>{mail}</td></tr></table>',
        f'<!--[if mso]><table role="presentation"><tr><td>Sent to {mail}</td></tr></table><![endif]-->',
        f'<input type="hidden" name="EmailAddress" value="{mail}" data-first="{first}">',
        "<p>50%% off &mdash; this week only &amp; while it lasts, 5.1.1 and 10:30&nbsp;am</p>",
        "<p>" + " ".join(PERSONALISATION[number % 3 :: 3]) + "</p>",
    ]
    order = parts[number % len(parts) :] + parts[: number % len(parts)]
    newline = ("\n", "\r\n", "")[number // 3 % 3]
    html = _head(number) + newline.join(order) + "\n</body></html>" + ("\n" if number % 2 else "")
    return Body(html, (mail, phone, *in_links), tuple(PERSONALISATION[number % 3 :: 3]))


BODIES = tuple(body(number) for number in range(COUNT))
