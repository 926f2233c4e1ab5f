"""A subscription travels: browser → site → Stripe's stand-in → signed webhook → dj-stripe's tables → page."""

from __future__ import annotations

import re
from itertools import count

from playwright.sync_api import Page, expect

GOOD, DECLINED = "4242424242424242", "4000000000000341"
_people = count(1)


def sign_up(page: Page) -> str:
    name = f"person{next(_people)}"
    page.goto("/signup/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Email").fill(f"{name}@example.com")
    page.locator("[name=password1]").fill("correct horse")
    page.locator("[name=password2]").fill("correct horse")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Choose a plan")).to_be_visible()
    return name


def choose(page: Page, plan: str) -> None:
    page.locator(".plan", has_text=plan).get_by_role("button", name="Subscribe").click()
    expect(page).to_have_url(re.compile(r"/c/pay/cs_test_"))


def pay(page: Page, number: str) -> None:
    page.locator(f"input[value='{number}']").check()
    page.get_by_role("button", name="Subscribe").click()


def test_a_person_signs_up_subscribes_and_sees_the_subscription_the_payment_and_the_card(page: Page) -> None:
    name = sign_up(page)
    choose(page, "Team")
    expect(page.get_by_text("29.00 EUR / month")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(f"{name}@example.com")
    pay(page, GOOD)
    expect(page).to_have_url(re.compile(r"/account/\?session=cs_test_"))
    expect(page.locator(".status.active")).to_be_visible()
    expect(page.get_by_text("Team, 29.00 EUR / month")).to_be_visible()
    expect(page.get_by_text("Visa •••• 4242")).to_be_visible()
    expect(page.locator("td .status.succeeded")).to_have_count(1)
    page.goto("/")
    expect(page.locator(".plan", has_text="Team").get_by_text("Your plan")).to_be_visible()
    expect(page.get_by_role("button", name="Subscribe")).to_have_count(0)


def test_a_declined_card_says_so_and_another_try_works(page: Page) -> None:
    sign_up(page)
    choose(page, "Starter")
    pay(page, DECLINED)
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    pay(page, GOOD)
    expect(page.locator(".status.active")).to_be_visible()
    expect(page.locator("td .status.succeeded")).to_have_count(1)


def test_going_back_leads_to_the_plans_and_leaves_nothing(page: Page) -> None:
    sign_up(page)
    choose(page, "Company")
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", name="Choose a plan")).to_be_visible()
    page.goto("/account/")
    expect(page.get_by_text("None yet. Choose a plan.")).to_be_visible()


def test_a_stranger_is_asked_to_sign_up_before_anything_happens(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign up to subscribe").first.click()
    expect(page.get_by_role("heading", name="Sign up")).to_be_visible()
    page.goto("/account/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_the_admin_shows_what_came_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.locator("[name=username]").fill("demo")
    page.locator("[name=password]").fill("demo")
    page.get_by_role("button", name="Log in").click()
    for model in ("django_finances/inboxevent", "django_finances/objectversion", "djstripe/price", "djstripe/product"):
        response = page.goto(f"/admin/{model}/")
        assert response is not None
        assert response.ok, model
        page.locator("#result_list tbody th a").first.click()
        expect(page.locator("#content h1")).to_be_visible()
        assert "/change/" in page.url
