# ruff: noqa: RUF001  letters of other scripts are what it is about
"""Names in scripts the models cannot read: only where the text says that they are names."""

from __future__ import annotations

import pytest

from sidecar.redaction.scripts import named


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Клиент Петров Иван Ильич просит вернуть деньги", "Петров Иван Ильич"),
        ("Подпись: Иванов И. И., дата", "Иванов И. И."),
        ("И.И. Сидоров подписал", "И.И. Сидоров"),
        ("Меня зовут Ольга, я не получила заказ", "Ольга"),
        ("Уважаемая госпожа Смирнова, Ваш заказ", "Смирнова"),
        ("κ. Παπαδόπουλος κάλεσε", "Παπαδόπουλος"),
        ("请联系王伟先生,电话", "王伟"),
        ("我叫李小龙,我想退货", "李小龙"),
        ("李女士您好", "李"),
        ("田中さんから電話がありました", "田中"),
        ("佐藤 花子様", "佐藤 花子"),
        ("スズキさん", "スズキ"),
        ("山田太郎と申します", "山田太郎"),
        ("김민수 씨에게 전화", "김민수"),
        ("이영희님 주문", "이영희"),
        ("저는 박지성입니다", "박지성"),
        ("اتصل السيد محمد العلي بخصوص الطلب", "محمد العلي"),
        ("שמי דוד כהן", "דוד כהן"),
        ("מר לוי התקשר", "לוי"),
    ],
)
def test_a_sign_of_a_name_makes_a_name(text, name):
    assert [text[f.start : f.end] for f in named(text)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Заказ отправлен в понедельник. Спасибо за покупку. Добрый день",
        "您好,先生,请问您需要什么帮助",
        "我的订单还没到,方便联系吗",
        "お客様のご注文、皆様、ご購入者様 担当者様",
        "仕様について。多様な製品、同様に、中野区さんぽ",
        "고객님 안녕하세요, 선생님 감사합니다",
        "Maria Gonzalez called",
        "Ünal çağrı yaptı",
    ],
)
def test_roles_and_plain_words_are_no_names(text):
    assert list(named(text)) == []


def test_a_long_text_costs_no_more_per_character_than_a_short_one():
    for worst in ("А", "Аа ", "王", "王伟", "김민", "ス", "田 ", "ا ", "א "):
        assert list(named(worst * (60_000 // len(worst)))) is not None
