"""What cases are about: the tree of categories, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapless.control.cases import categories
from gapless.people.org.queries import last_change
from gapless.people.org.rules import Policy
from gapless.web.conflicts import differences, rebase
from gapless.web.http import Request, policy

from .categories_form import CategoryForm, NewCategoryForm, stands_of

if TYPE_CHECKING:
    from django import forms

    from gapless.control.cases.models import Category

form_page = require_http_methods(["GET", "HEAD", "POST"])


@policy(Policy.EDIT_CASE_RULES)
@require_safe
def index(request: Request) -> HttpResponse:
    branches = categories.tree()
    shown = {
        "branches": [each for each in branches if not each.category.retired_at],
        "retired": [each for each in branches if each.category.retired_at],
    }
    return render(request, "cases/categories.html", shown)


@policy(Policy.EDIT_CASE_RULES)
@form_page
def new(request: Request) -> HttpResponse:
    initial = {"parent": request.GET.get("parent")}
    form = NewCategoryForm(request.viewer, request.POST or None, initial=initial)
    if form.is_valid():
        try:
            added = categories.add_category(**form.facts, by=request.user, now=now())
        except categories.CodeTaken:
            form.add_error("code", _("Another category has this code; choose one."))
        except categories.ParentRetired:
            form.add_error("parent", _("It was retired just now; choose another one."))
        else:
            messages.success(request, _("“%(name)s” is added.") % {"name": added})
            return redirect("cases:categories")
    status = 422 if form.errors else 200
    return render(request, "cases/category_new.html", {"form": form}, status=status)


@policy(Policy.EDIT_CASE_RULES)
@form_page
def detail(request: Request, pk: int) -> HttpResponse:
    category = _find(request, pk)
    form = CategoryForm(
        request.viewer, category, request.POST or None, initial=stands_of(category)
    )
    if form.is_valid():
        try:
            categories.edit_category(category, **form.facts, by=request.user, now=now())
        except categories.ChangedMeanwhile:
            return _conflict(request, category, form)
        messages.success(request, _("Saved. Cases keep their category."))
        return redirect("cases:categories")
    shown = {"form": form, "category": category}
    status = 422 if form.errors else 200
    return render(request, "cases/category.html", shown, status=status)


def _conflict(request: Request, category: Category, form: forms.Form) -> HttpResponse:
    category.refresh_from_db()
    shown = {
        "form": form,
        "category": category,
        "differences": differences(form, stands_of(category)),
        "last": last_change(category),
    }
    rebase(form, category.version)
    return render(request, "cases/category.html", shown, status=409)


@policy(Policy.EDIT_CASE_RULES)
@require_POST
def retirement(request: Request, pk: int) -> HttpResponse:
    category = _find(request, pk)
    name = {"name": category}
    try:
        categories.retire_category(category, by=request.user, now=now())
    except categories.HasParts:
        sentence = _("Categories in use are part of “%(name)s”; retire these first.")
        messages.warning(request, sentence % name)
    except categories.NotNow:
        messages.warning(request, _("“%(name)s” is retired already.") % name)
    else:
        sentence = _("“%(name)s” is no longer offered; the cases in it stay there.")
        messages.success(request, sentence % name)
    return redirect("cases:categories")


@policy(Policy.EDIT_CASE_RULES)
@require_POST
def restoration(request: Request, pk: int) -> HttpResponse:
    category = _find(request, pk)
    name = {"name": category}
    try:
        categories.restore_category(category, by=request.user, now=now())
    except categories.ParentRetired:
        sentence = _("What “%(name)s” is part of is retired; restore that first.")
        messages.warning(request, sentence % name)
    except categories.NotNow:
        messages.warning(request, _("“%(name)s” is in use already.") % name)
    else:
        messages.success(request, _("“%(name)s” is offered again.") % name)
    return redirect("cases:categories")


def _find(request: Request, pk: int) -> Category:
    return get_object_or_404(categories.visible_categories(request.viewer), pk=pk)
