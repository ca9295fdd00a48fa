"""Brands and companies that are called like persons or places. It holds no name that many people bear (Paul Smith, Ted Baker)."""

from __future__ import annotations

import re
from typing import Final

BRANDS: Final = frozenset(
    line.strip()
    for line in re.split(
        r"[,\n]",
        """abercrombie & fitch, abercrombie, alfa romeo, anne klein, ann taylor, aston martin, armani, balenciaga, bang & olufsen, ben & jerry, ben & jerry's,
        ben sherman, betty crocker, bobbi brown, booz allen, bottega veneta, bottega verde, brooks brothers, bulgari, burberry, calvin klein, captain morgan,
        calvin klein eternity, carl zeiss, carl's jr, carolina herrera, cartier, casas bahia, chanel, charles & keith, charles schwab, charles tyrwhitt, charlotte tilbury, christian dior,
        christian louboutin, coco chanel, daniel wellington, dolce & gabbana, dolce gabbana, donna karan, dr martens, dr. martens, dr oetker, dr. oetker,
        dun & bradstreet, dyson, eddie bauer, edeka, eli lilly, elie saab, elie tahari, elizabeth arden, emporio armani, ermenegildo zegna, ernst & young, ernst young,
        estee lauder, estée lauder, fannie mae, freddie mac, fred perry, frito lay, general mills, georg jensen, giorgio armani, goldman sachs, gucci,
        guerlain, harley davidson, harley-davidson, harry winston, harvey nichols, helena rubinstein, helly hansen, henkel, hermes, hermès, hugo boss, isabel marant,
        issey miyake, jack & jones, jack daniel, jack daniel's, jack daniels, jack wolfskin, jean paul gaultier, jil sander, jim beam, jimmy choo, jo malone,
        john deere, john lewis, johnnie walker, johnson & johnson, johnson controls, jpmorgan, jp morgan, j.p. morgan, karl lagerfeld, kate spade, kenneth cole, kiehl's, kylie cosmetics,
        lancome, lancôme, laura ashley, laura mercier, levi strauss, levi's, lidl, liz claiborne, lloyds, lloyds bank, lockheed martin, louis vuitton, lululemon, mango,
        manolo blahnik, marc cain, marc jacobs, marc o'polo, mario badescu, marks & spencer, marks and spencer, martin marietta, massimo dutti, max factor, max mara, mary kay, mcdonald's,
        mercedes, mercedes-benz, mercedes benz, merrill lynch, michael kors, miu miu, moleskine, morgan stanley, natura, natuzzi, nina ricci, oliver bonas, oliver peoples, oscar de la renta, oscar mayer,
        paco rabanne, papa john's, pepe jeans, perry ellis, peter lang, philip morris, philipp plein, pierre cardin, pratt & whitney, pret a manger, procter & gamble,
        rolls royce, rolls-royce, ralph lauren, ray-ban, rituals, robert bosch, robert half, roberto cavalli, salvatore ferragamo, sara lee, sephora, siemens,
        smith & wesson, s.oliver, stella artois, stella mccartney, steve madden, thomas cook, thomas sabo, thom browne, tiffany & co, tim hortons, tom tailor, tommy bahama, tommy hilfiger,
        tory burch, uncle ben's, vera wang, versace, victoria's secret, villeroy & boch, viktor & rolf, vivienne westwood, warby parker, wells fargo,
        wendy's, yves rocher, yves saint laurent, zadig & voltaire""",
    )
    if line.strip()
)
"""In lower case."""
LONGEST: Final = max(map(len, BRANDS))


def is_brand(value: str) -> bool:
    """Whether all of ``value`` names one, written with capitals."""
    return (
        len(value) <= LONGEST
        and value[:1].isupper()
        and value.lower().replace("\u2019", "'").removesuffix("'s") in BRANDS
    )
