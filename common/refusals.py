"""A refusal on a page: beside the field it is about, or as a message on top; what was entered is never lost."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from common.errors import Refusal


def show_refusal(request: HttpRequest, refusal: Refusal) -> None:
    """On the next page the person sees."""
    messages.error(request, refusal.sentence())


def add_refusal(form: forms.Form, refusal: Refusal) -> None:
    """In the form that caused it, beside the field where the form has it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence())


def status_of(errors: object) -> HTTPStatus:
    """422 for a page that comes back with what to mend (any `errors` at all), else 200."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
