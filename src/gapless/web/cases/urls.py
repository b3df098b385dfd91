from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import board, categories, deciding, handling, index, page, qr, receipt, taking_in

CSV = {"respond": csv_response, "filename": "cases.csv"}
XLSX = {"respond": xlsx_response, "filename": "cases.xlsx"}

app_name = "cases"
urlpatterns = [
    path("", index.index, name="index"),
    path("list.csv", index.export, CSV, name="csv"),
    path("list.xlsx", index.export, XLSX, name="xlsx"),
    path("holders/", index.holders, name="holders"),
    path("filters/", index.filters, name="filters"),
    path("filters/<int:pk>/removal/", index.filter_removal, name="filter-removal"),
    path("board/", board.index, name="board"),
    path("new/", taking_in.new, name="new"),
    path("new/preview/", taking_in.preview, name="preview"),
    path("<int:pk>/", page.detail, name="detail"),
    path("<int:pk>/files/<int:attachment>/", page.file, name="file"),
    path("<int:pk>/entries/", handling.entries, name="entries"),
    path("<int:pk>/knowledge/", handling.knowledge, name="knowledge"),
    path("<int:pk>/question/", handling.question, name="question"),
    path("<int:pk>/assessment/", handling.assessment, name="assessment"),
    path("<int:pk>/offers/", handling.offers, name="offers"),
    path("<int:pk>/offers/<int:offer>/", handling.offer, name="offer"),
    path("<int:pk>/finding/", handling.finding, name="finding"),
    path("<int:pk>/drafts/", handling.drafts, name="drafts"),
    path("<int:pk>/drafts/<int:draft>/", deciding.draft, name="draft"),
    path("<int:pk>/answer/", handling.answer, name="answer"),
    path("<int:pk>/confirmation/", handling.confirmation, name="confirmation"),
    path("<int:pk>/closing/", handling.closing, name="closing"),
    path("<int:pk>/reopening/", handling.reopening, name="reopening"),
    path("<int:pk>/holder/", deciding.holder, name="holder"),
    path("<int:pk>/not-filing/", deciding.not_filing, name="not-filing"),
    path("<int:pk>/reviews/<int:decision>/", deciding.review, name="review"),
    path("<int:pk>/merging/", deciding.merging, name="merging"),
    path("<int:pk>/concerned/", deciding.concerned, name="concerned"),
    path("<int:pk>/receipt/", receipt.receipt, name="receipt"),
    path("qr/<str:code>/", qr.qr, name="qr"),
    path("categories/", categories.index, name="categories"),
    path("categories/new/", categories.new, name="category-new"),
    path("categories/<int:pk>/", categories.detail, name="category"),
    path(
        "categories/<int:pk>/retirement/",
        categories.retirement,
        name="category-retirement",
    ),
    path(
        "categories/<int:pk>/restoration/",
        categories.restoration,
        name="category-restoration",
    ),
]
