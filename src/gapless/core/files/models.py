from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """Somebody's file: its content lies under its SHA-256, its name is only shown."""

    sha256 = models.CharField(max_length=64, db_index=True)  # equal content, one blob
    size = models.PositiveBigIntegerField(_("size"))
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=100)
    stored_at = models.DateTimeField(_("stored at"))
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("stored by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name
