"""What is taken out of comments, and what must stay."""

import pytest

from gapless.evaluation.campaigns.redacting import redact

PHONE, IDENTITY = "[telephone number]", "[identity number]"
CARD, EMAIL, ACCOUNT = "[card number]", "[e-mail address]", "[messenger account]"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("请打 13812345678 找我", f"请打 {PHONE} 找我"),
        ("手机138-1234-5678。", f"手机{PHONE}。"),
        ("+86 138 1234 5678", PHONE),
        ("008613812345678", PHONE),
        ("１３８１２３４５６７８", PHONE),
        ("一三八一二三四五六七八", PHONE),
        ("幺三八 1234 五六七八", PHONE),
        ("1 3 8 1 2 3 4 5 6 7 8", PHONE),
        ("010-62345678", PHONE),
        ("(021)6234 5678转802", PHONE),
        ("0571 8765432", PHONE),
        ("电话：62345678", f"电话{PHONE}"),
        ("0912-345-678", PHONE),
        ("+1 415 555 2671", PHONE),
        # GB 11643's own example, with its check digit X.
        ("身份证11010519491231002X", f"身份证{IDENTITY}"),
        ("11010519491231002x!", f"{IDENTITY}!"),
        ("１１０１０５１９４９１２３１００２Ｘ", IDENTITY),
        ("110105 19491231 002X", IDENTITY),
        ("110105491231002", IDENTITY),
        ("110105194912310021", IDENTITY),  # a slip in the last digit still names somebody
        ("A123456789", IDENTITY),
        ("4111 1111 1111 1111", CARD),
        ("6222021234567890128", CARD),
        ("a.b@example.com.cn 谢谢", f"{EMAIL} 谢谢"),
        ("lisi＠qq．com", EMAIL),
        ("微信号 zhangsan88", f"微信号 {ACCOUNT}"),
        ("QQ：12345678", f"QQ：{ACCOUNT}"),
        ("13812345678或010-62345678", f"{PHONE}或{PHONE}"),
    ],
)
def test_what_could_name_somebody_is_taken_out(written, read):
    assert redact(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "等了45分钟，排了3个窗口，花了1380元",
        "2026-03-02 09:15",
        "打10086没人接",
        "拨打400-820-8820",
        "订单号2026030212345",
        "订单202603021234567890",  # 18 digits without a birthday in the middle
        "卡号4111 1111 1111 1112",  # no card has this check digit
        "A123456780",  # no identity card has it either
        "我138次来过",
        "一九九八年就在这里",
        "价格 1388888888",
        "版本 1.2.3.4",
        "@大厅",
        "",
    ],
)
def test_what_names_nobody_stays(written):
    assert redact(written) == written


def test_what_was_taken_out_is_said_once_and_for_all():
    text = "13812345678, 11010519491231002X, a@example.com"

    assert redact(redact(text)) == redact(text)
