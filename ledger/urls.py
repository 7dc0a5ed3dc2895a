"""The pages of the books: the journal, accounts, statements and exports."""

from django.urls import path

from ledger import views

urlpatterns = [
    path("journal/", views.journal, name="journal"),
    path("journal/accounts/<int:pk>/", views.account, name="account"),
    path("journal/accounts/<int:pk>/statement/", views.statement, name="account-statement"),
    path("journal/merchants/<int:merchant>/statement/", views.merchant_statement, name="merchant-statement"),
    path("journal/transfers/<int:transfer>/", views.transfer, name="transfer"),
    path("journal/export/", views.export_books, name="export-books"),
    path("desk/statement/", views.own_statement, name="own-statement"),
]
