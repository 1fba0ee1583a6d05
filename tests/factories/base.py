"""The base of every factory: rows are made past the door, as services make them."""

import factory


class UnscopedFactory(factory.django.DjangoModelFactory):
    """A factory for a model whose `objects` is closed: it writes by `unscoped`."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.unscoped.create(*args, **kwargs)
