from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"
    verbose_name = "提出审核"

    def ready(self) -> None:
        from suggestions import registrations  # noqa: PLC0415 - models must be loaded first

        registrations.register()
