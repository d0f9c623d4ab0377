"""What every LibrarySource promises."""

from __future__ import annotations

import pytest

from zotero_bridge.errors import AttachmentMissing, LibraryError
from zotero_bridge.model import Annotation, Attachment, Item, Note
from zotero_bridge.ports import LibrarySource


class LibrarySourceContract:
    """Inherit, and give a fixture `library` that holds at least one item."""

    @pytest.fixture
    def library(self) -> LibrarySource:
        raise NotImplementedError

    def test_it_says_which_library_it_is_and_no_secret(self, library: LibrarySource) -> None:
        assert library.ref.kind in ("user", "group")
        assert library.ref.id
        assert "key=" not in library.ref.origin

    def test_a_first_survey_says_all_that_is_there(self, library: LibrarySource) -> None:
        survey = library.survey(None)

        assert survey is not None
        assert survey.stamps
        assert all(survey.stamps.values())

    def test_a_survey_with_nothing_new_says_so_or_says_the_same_again(self, library: LibrarySource) -> None:
        first = library.survey(None)
        assert first is not None

        again = library.survey(first.mark)

        assert again is None or dict(again.stamps) == dict(first.stamps)

    def test_an_unknown_mark_is_no_mark(self, library: LibrarySource) -> None:
        first = library.survey(None)
        assert first is not None

        again = library.survey("a mark that nobody made")

        assert again is not None
        assert dict(again.stamps) == dict(first.stamps)

    def test_what_is_fetched_was_asked_for(self, library: LibrarySource) -> None:
        survey = library.survey(None)
        assert survey is not None

        objects = list(library.fetch(list(survey.stamps)))

        keys = [o.key for o in objects]
        assert len(keys) == len(set(keys))
        assert set(keys) <= set(survey.stamps)
        assert any(isinstance(o, Item) for o in objects)

    def test_a_key_that_is_not_there_is_left_out(self, library: LibrarySource) -> None:
        assert list(library.fetch(["NOSUCH00"])) == []
        assert list(library.fetch([])) == []

    def test_children_hang_on_something_that_is_there(self, library: LibrarySource) -> None:
        survey = library.survey(None)
        assert survey is not None

        for held in library.fetch(list(survey.stamps)):
            if isinstance(held, Attachment | Note | Annotation) and held.parent_key is not None:
                assert held.parent_key in survey.stamps

    def test_a_file_that_is_located_is_there(self, library: LibrarySource) -> None:
        survey = library.survey(None)
        assert survey is not None

        for held in library.fetch(list(survey.stamps)):
            if isinstance(held, Attachment):
                try:
                    path = library.locate(held)
                except AttachmentMissing as missing:
                    assert str(missing)
                else:
                    assert path.is_file()

    def test_collections_hang_together(self, library: LibrarySource) -> None:
        survey = library.survey(None)
        assert survey is not None

        keys = {c.key for c in survey.collections}
        assert all(c.parent_key is None or c.parent_key in keys for c in survey.collections)

    def test_an_unknown_saved_search_is_an_error(self, library: LibrarySource) -> None:
        with pytest.raises(LibraryError):
            library.search_members("NOSUCH00")
