"""Words that stand in every other English text: what the spaCy engine knows of them is computed once, when it is loaded.

It finds nothing, and holds no name of a person or place: what is learned from texts is forgotten, so what may be kept has to be written here.
"""

from __future__ import annotations

import re
from typing import Final

_SMALL: Final = re.findall(
    r"\S+",
    "able about above accept accepted access according account accounts act active actually add added additional address addresses advance "
    "advice advise advised after afternoon again age agent agents ago agree agreed all allow allowed almost alone already also although always am "
    "amount an and annual another answer answered any anymore anyone anything app appear appears application apply appointment approval approve approved "
    "are area arrange arranged arrive arrived as ask asked asking asks assigned assistance at attached attempt available average away awaiting "
    "back bad balance bank base based be became because become been before began begin behind being believe below best better between big bill billed "
    "billing bit board body book booked booking both bottom bought box branch break bring broken brought build building business but button buy by "
    "cable call called caller calling calls came can cancel cancelled cannot card cards care carrier case cases cash cause center centre certain change changed "
    "changes changing charge charged charges check checked checking children choice choose chose city claim class clear clearly clerk click client clients close closed "
    "code colleague collect collected colour color come comes coming comment comments common companies company complain complained complaint complete completed concerned "
    "condition confirm confirmed confirms consent consider contact contacted contacts content continue contract contracts copy correct corrected cost costs could "
    "country couple course cover covered create created credit current currently custom customer customers damage damaged data date dates daughter day days deal deals dear "
    "decide decided decision declined delay delayed delete deleted deliver delivered delivery department deposit desk detail details did different difficult "
    "direct directly director discount discuss discussed do doctor document documents does doing done door doubt down draft driver due during duplicate each earlier "
    "early easy effective either else email emails employee empty end ended ends enough ensure enter entered entire entry error errors escalate escalated especially etc "
    "even evening event ever every everyone everything exactly example except exchange existing expect expected expensive expire expired explain explained extra "
    "face fact failed fall family far fast father fault fee feedback feel fees felt few field file filed files fill filled final finally financial find "
    "fine finish finished first fit five fix fixed floor follow followed following for form former forward forwarded found four free from front full further "
    "future gave general get gets getting give given gives giving go goes going gone good goods got great group growth guest guests guys had half hand handed handle "
    "handled happen happened happy hard has have having he head health hear heard held help helped helpful her here high him himself his history hold "
    "holiday home hope hotel hour hours house how however husband idea if immediately important in include included includes including incorrect increase indeed industry "
    "info inform information informed initial inside instead instructions insurance interest interested internal into invoice invoiced invoices is issue issued issues it item "
    "items its itself job join joined just keep kept key kind knew know known label large last late later latest law lead learned least leave leaving left legal "
    "less let letter level life light like likely limit line link list listed little live lives living local location locked log logged login long longer look looked looking "
    "looks lost lot lots love low lower lunch made mail main make makes making man manage managed management manager many mark marked market matter may maybe me mean means "
    "meant meet meeting member members membership men mentioned message messages met might mind mine minute minutes missed missing mistake mobile money month monthly "
    "months more morning most mother move moved moving much must my myself name named names near nearly necessary need needed needs never new news next nice night no nobody none nor "
    "normal not note noted notes nothing notice notified now number numbers of off offer offered offers office official often ok okay old on once one ones online only open opened opening "
    "option options or order ordered orders original other others our out outside over own owner package packages page paid paper parcel parcels part parts party pass passed password past "
    "patient pay paying payment payments pending people per percent perhaps period person personal phone phoned photo pick picked piece place placed plan planned plans please pleased plus "
    "point points policy position possible post posted prefer preferred prefers present previous previously price prices print private probably problem problems process processed product "
    "products program progress project promised proof proper provide provided provider public purchase purchased put quality quarter question questions quick quickly quite quote raised ran rate "
    "rather reach reached read ready real really reason receipt receive received recent recently record records recovery reduce reference refund refunded refunds refused regarding region "
    "registered regular related release remain remaining remember reminder remote remove removed renew renewal rent repair repeat replace replaced replacement replied reply report reported reports "
    "representative request requested requesting requests required research resend reset resolve resolved response rest result results return returned returning returns review "
    "reviewed right road role room round run running safe said sale sales same save saved saw say saying says schedule scheduled school screen search seat second section security see seem seemed seems "
    "seen sell send sender sending sends senior sent separate serious service services session set settled seven several shall share shared she ship shipment shipped shipping shop short should "
    "show showed showing shows side sign signed similar simple simply since single sister site six size small so sold some someone something sometimes son soon sorry source speak special specific spoke "
    "spoken staff stage standard start started starting state stated statement status stay step still stock stop stopped store street strong subject submitted such suggest suggested suggests "
    "summary supplied supplier support supposed sure system systems table take taken takes taking talk talked team tell ten term terms test text than thank thanks that the their theirs them themselves then there "
    "therefore these they thing things think third this those though thought three through ticket tickets till time times title to today together told tomorrow tonight too took top total "
    "touch toward towards track tracking transaction transfer travel treatment tried trip trouble true trust try trying turn turned twice two type unable under understand unfortunately unit "
    "unless until up update updated updates upgrade upon urgent us use used user users uses using usual usually value various version very via view visit visited voice wait waited waiting want wanted "
    "wants warehouse warranty was water way we website week weekend weekly weeks welcome well went were what whatever when where whether which while who whole whom whose why wife will window wish with within without "
    "woman women word words work worked working works world would write writes writing written wrong wrote year years yes yesterday yet you your yours yourself zero "
    "a i across against along among anyway anywhere around eight eleven fifty forty herself hundred moreover neither nine otherwise ours onto somehow somewhere thirty throughout thus twelve twenty whereas"
)  # fmt: skip

_GREAT: Final = re.findall(
    r"\S+",
    "I I'm I've I'd I'll A About According Account Address After All Also Although An And Another Any Are As Asked At Back Because Before Best Both But By Call Called "
    "Can Case Client Company Confirmed Contact Could Customer Date Dear Delivery Details Did Do Does Due During Each Email For From Has Have He Hello Her Here Hi His "
    "How However If In Invoice Is Issue It Its Just Kind Last Let Many May Message More Most Mr Mrs Ms My Name New Next No Not Note Notes Now Number Of On Once One Only Or Order "
    "Other Our Payment Per Phone Please Price Product Re Reason Received Regards Request Said Same See Send Sent She Should Since So Some Status Still Subject Team Thank "
    "Thanks That The Their Then There These They This Those Today To Tomorrow Two Under Until Update Wants Was We Were What When Where Which While Who Why "
    "Will With Would Yes Yesterday You Your Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October "
    "November December AM PM OK ID USD EUR don't doesn't didn't can't couldn't won't isn't wasn't haven't hasn't it's that's she's he's there's we're they're you're we've we'll you'll "
    "don\u2019t doesn\u2019t didn\u2019t can\u2019t won\u2019t it\u2019s I\u2019m I\u2019ve a.m. p.m. e.g. i.e. etc. no. b c x pm"
)  # fmt: skip

_MARKS: Final = (
    *".,:;!?'\"()[]{}<>/\\-+=*&%$#@_|~",
    "'s",
    "\u2019s",
    "\u2019",
    "\u201c",
    "\u201d",
    "\u2013",
    "\u2014",
    "\u2026",
    "...",
    "--",
    "->",
    "\u20ac",
    "\u00a3",
    "\u2022",
)
BLANKS: Final = (" ", "  ", "   ", "\n", "\n\n", "\n ", "\n  ", "\t", "\r\n", "\r\n\r\n", "\n\n\n")
WORDS: Final = (*_SMALL, *_GREAT, *_MARKS, *map(str, range(100)))
"""Runs of characters without a blank, each once."""
