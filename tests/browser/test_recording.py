"""Recording in the page: with a microphone that plays a file, without one, over lines that break, by keyboard alone."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from audio.ffmpeg import Ffmpeg
from audio.samples.clip_reader import FRAME_BYTES, ClipReader
from audio.speech.espeak import Espeak
from audio.speech.order import VoiceOrder
from audio.studio.equipment import Studio as Equipment
from controller.adapters.studio import SpeechStudio
from controller.domain.rendition import Language, RenditionStatus
from controller.services import composing, phrases, renditions
from controller.services.renditions import NewRendition
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP, PHONE
from tests.browser.ordinary_day import bulletin
from tests.browser.test_pages import SMALLEST_TARGET, unfit
from tests.fakes.audio_sound import VOICE, make

SENT_SLOWLY = {"offline": False, "latency": 20, "downloadThroughput": 10_000_000, "uploadThroughput": 60_000}


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the microphone hears, over and over: eight seconds of a voice."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    make(path, "-f", "lavfi", "-i", f"{VOICE}:d=8", "-ar", "48000", "-c:a", "pcm_s16le")
    return path


@pytest.fixture(scope="module")
def chromium(voice: Path) -> Iterator[Browser]:
    """A browser with a microphone."""
    heard = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *heard])
        yield browser
        browser.close()


@pytest.fixture
def officer(desks):
    """A browser of a size, signed in, that may use the microphone."""

    def opens(size: tuple[int, int] = PHONE, *, allowed: bool = True, **options: object):
        desk = desks(size, permissions=["microphone"] if allowed else [], **options).sign_in()
        desk.page.clock.install()
        return desk

    return opens


def recorder(desk) -> Page:
    """The writing page with the recorder chosen."""
    page = desk.open("/soan")
    page.check("input[name=source][value=upload]")
    expect(page.locator(".recorder")).to_have_attribute("data-state", re.compile("idle|kept|taken"))
    return page


def press(page: Page, name: str) -> None:
    page.locator(".recorder").get_by_role("button", name=name, exact=True).click()


def state(page: Page, wanted: str) -> None:
    expect(page.locator(".recorder")).to_have_attribute("data-state", wanted)


def record(page: Page, shown: str = "0:02") -> None:
    """Record until the clock of the page shows so much, and stop."""
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    expect(page.locator("[data-part=time]")).to_have_text(shown)
    press(page, "Dừng và nghe lại")
    state(page, "taken")


def until_recording(page: Page) -> None:
    state(page, "counting")
    for left in "321":
        expect(page.locator(".countdown")).to_have_text(left)
        page.clock.run_for(1000)
    state(page, "recording")


def length_s(page: Page) -> float:
    """The length of what can be listened to, as the player knows it."""
    return float(
        page.evaluate(
            """() => new Promise((resolve) => { const audio = document.querySelector('[data-part=audio]');
            const told = () => Number.isFinite(audio.duration) && resolve(audio.duration);
            audio.addEventListener('durationchange', told); told(); })"""
        )
    )


def stored(page: Page) -> int:
    """How many recordings the browser holds."""
    return int(
        page.evaluate(
            """() => new Promise((resolve) => { const asked = indexedDB.open('loalang-recordings');
            asked.onsuccess = () => { const counted = asked.result.transaction('takes').objectStore('takes').count();
                counted.onsuccess = () => { asked.result.close(); resolve(counted.result); }; }; })"""
        )
    )


def go_on(page: Page) -> None:
    page.locator("form .acts .button-main").click()


def throttle(context: BrowserContext, page: Page) -> None:
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SENT_SLOWLY)


def quiet_about(desk, *words: str) -> None:
    """The browser itself tells of what the test broke."""
    desk.complaints[:] = [told for told in desk.complaints if not any(word in told for word in words)]


@pytest.fixture
def real_studio(site):
    """The product's own studio instead of the one that answers with a tone."""
    equipment = Equipment(store=site.commune.store, ffmpeg=Ffmpeg())
    site.commune.desk = replace(site.commune.desk, studio=SpeechStudio(equipment, VoiceOrder([Espeak()]), {}))


def test_what_is_recorded_is_heard_kept_and_becomes_a_clip_of_the_right_loudness(officer, site, real_studio):
    page = recorder(officer())
    page.select_option("#language", "tay")
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    expect(page.locator(".meter")).to_have_attribute("aria-valuetext", "Vừa")
    expect(page.locator("[data-part=time]")).to_have_text("0:03")
    press(page, "Dừng và nghe lại")
    state(page, "taken")
    assert 2.5 < length_s(page) < 6
    expect(page.locator("[data-part=length]")).to_contain_text("Độ dài 0:03")
    page.evaluate(
        """() => new Promise((resolve) => { const audio = document.querySelector('[data-part=audio]');
        audio.addEventListener('timeupdate', () => audio.currentTime > 0.2 && resolve()); audio.play(); })"""
    )
    press(page, "Dùng bản này")
    state(page, "kept")
    assert stored(page) == 0
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    site.commune.work()
    (made,) = composing.bulletins(site.commune.desk)
    assert made.rendition.status is RenditionStatus.READY
    assert made.rendition.loudness_lufs == pytest.approx(-16, abs=0.5)
    assert 2_000 < made.rendition.duration_ms < 6_000
    with ClipReader(site.commune.store.path_of(made.rendition.clip)) as clip:  # a unit can read it to its end
        assert sum(map(len, clip.blocks())) == clip.frames * FRAME_BYTES
    page.reload()
    expect(page.locator(".outline-drawing")).to_be_visible()


PLAYED_STREAM = """(() => { const gain = %s; navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext(); const voice = new OscillatorNode(context, {frequency: 700});
    const level = new GainNode(context, {gain}); const ear = context.createMediaStreamDestination();
    voice.connect(level).connect(ear); voice.start(); window.heard = ear.stream; return ear.stream; }; })()"""


@pytest.mark.parametrize(
    ("gain", "meanwhile", "afterwards"),
    [
        (0.002, "Quá nhỏ: nói gần micrô hơn", "Bản thu quá nhỏ. Nên nói gần micrô hơn rồi thu lại."),
        (1.5, "Quá to: lùi xa micrô một chút", "Có đoạn quá to nên bị vỡ tiếng."),
    ],
    ids=["quiet", "loud"],
)
def test_a_wrong_level_is_told_while_it_is_recorded_and_afterwards(officer, gain, meanwhile: str, afterwards: str):
    desk = officer()
    desk.page.add_init_script(PLAYED_STREAM % gain)
    page = recorder(desk)
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    expect(page.locator("[data-part=level]")).to_have_text(meanwhile)
    page.clock.run_for(7000)
    expect(page.locator("[data-part=said]")).to_have_text(meanwhile)
    press(page, "Dừng và nghe lại")
    expect(page.locator(".recorder")).to_contain_text(afterwards)
    press(page, "Dùng bản này")  # the officer may go on all the same
    state(page, "kept")


def test_a_pause_is_not_counted_and_not_heard(officer):
    page = recorder(officer())
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    expect(page.locator("[data-part=time]")).to_have_text("0:01")
    press(page, "Tạm dừng")
    state(page, "paused")
    page.clock.run_for(5000)
    press(page, "Thu tiếp")
    expect(page.locator("[data-part=time]")).to_have_text("0:02")
    press(page, "Dừng và nghe lại")
    state(page, "taken")
    assert length_s(page) < 5


def test_a_recording_that_was_not_sent_outlives_the_page(officer, site):
    desk = officer()
    page = recorder(desk)
    record(page)
    assert stored(page) == 1
    page = recorder(desk)
    state(page, "taken")
    expect(page.locator("[data-part=leftover]")).to_contain_text("Còn một bản thu chưa gửi, thu lúc ")
    assert length_s(page) > 1.5
    press(page, "Dùng bản này")
    state(page, "kept")
    assert stored(page) == 0
    expect(page.locator("[data-part=leftover]")).to_be_hidden()


def test_a_page_that_is_lost_in_the_middle_of_recording_loses_no_more_than_a_second(officer):
    desk = officer()
    page = recorder(desk)
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    expect(page.locator("[data-part=time]")).to_have_text("0:03")
    page = recorder(desk)
    state(page, "taken")
    assert length_s(page) > 1.5
    press(page, "Bỏ bản này")
    state(page, "idle")
    page = recorder(desk)
    state(page, "idle")
    assert stored(page) == 0


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 500}, "Máy chủ gặp lỗi nên chưa nhận được."),
        ({"status": 413}, "Tệp quá lớn, tối đa 2 MB."),
        ({"status": 400}, "Phiên làm việc đã hết nên chưa gửi được."),
        (None, "Mất kết nối nên chưa gửi được."),
    ],
    ids=["server error", "too large", "stale form", "connection lost"],
)
def test_what_could_not_be_sent_is_said_kept_and_sent_again(officer, answer, sentence: str):
    desk = officer()
    page = recorder(desk)
    record(page)
    page.route("**/thu-am", lambda route: route.fulfill(**answer) if answer else route.abort("connectionreset"))
    press(page, "Dùng bản này")
    state(page, "failed")
    expect(page.locator("[data-part=problem]")).to_have_text(re.compile(sentence))
    expect(page.locator("[data-part=said]")).to_have_text(re.compile(sentence))
    expect(page.locator("[data-part=safe]")).to_contain_text("Bản thu vẫn còn trên máy này")
    assert stored(page) == 1
    page.unroute("**/thu-am")
    press(page, "Gửi lại")
    state(page, "kept")
    assert stored(page) == 0
    quiet_about(desk, "Failed to load resource")


def test_a_line_that_comes_back_sends_by_itself(officer):
    desk = officer()
    page = recorder(desk)
    record(page)
    desk.context.set_offline(True)
    press(page, "Dùng bản này")
    expect(page.locator("[data-part=problem]")).to_have_text("Mất kết nối nên chưa gửi được.")
    desk.context.set_offline(False)
    state(page, "kept")
    quiet_about(desk, "ERR_INTERNET_DISCONNECTED")


def test_a_line_on_which_nothing_moves_is_given_up(officer):
    desk = officer()
    page = recorder(desk)
    record(page)
    page.route("**/thu-am", lambda route: None)
    press(page, "Dùng bản này")
    state(page, "sending")
    page.clock.run_for(61_000)
    expect(page.locator("[data-part=problem]")).to_have_text("Mất kết nối nên chưa gửi được.")


def test_a_session_that_ended_is_said_and_the_recording_waits(officer):
    desk = officer()
    page = recorder(desk)
    record(page)
    desk.context.clear_cookies()
    press(page, "Dùng bản này")
    expect(page.locator("[data-part=problem]")).to_contain_text("Phiên làm việc đã hết nên chưa gửi được.")
    desk.sign_in()
    page = recorder(desk)
    state(page, "taken")
    press(page, "Dùng bản này")
    state(page, "kept")


def test_sending_shows_how_far_it_is_and_can_be_stopped(officer, tmp_path, voice):
    desk = officer()
    page = recorder(desk)
    throttle(desk.context, page)
    page.set_input_files("#file", voice)
    state(page, "sending")
    expect(page.locator("[data-part=percent]")).to_have_text(re.compile(r"^([1-9]|[1-8]\d) %$"))
    press(page, "Dừng gửi")
    expect(page.locator("[data-part=problem]")).to_have_text("Đã dừng gửi.")
    press(page, "Gửi lại")
    state(page, "sending")
    press(page, "Dừng gửi")
    press(page, "Bỏ bản này")
    state(page, "idle")


def test_a_file_from_a_telephone_is_sent_as_soon_as_it_is_chosen(officer, site, voice):
    desk = officer(has_touch=True, is_mobile=True)
    page = recorder(desk)
    with page.expect_file_chooser() as chosen:
        press(page, "Thu bằng ứng dụng của điện thoại")
    chosen.value.set_files(voice)
    state(page, "kept")
    expect(page.locator("[data-part=held]")).to_contain_text("Đã nhận “voice.wav”")
    page.clock.run_for(2000)
    expect(page.locator("#draft-status")).to_have_text(re.compile("Đã lưu nháp"))
    page = recorder(desk)
    state(page, "kept")
    expect(page.locator("[data-part=held]")).to_contain_text("Đã nhận “voice.wav”")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    assert len(composing.bulletins(site.commune.desk)) == 1


def test_a_file_that_is_refused_is_said_in_the_desk_s_words(officer, tmp_path):
    desk = officer()
    page = recorder(desk)
    (tmp_path / "don.mp3").write_bytes(b"%PDF-1.7" + bytes(3000))
    page.set_input_files("#file", tmp_path / "don.mp3")
    expect(page.locator("[data-part=problem]")).to_contain_text("không phải tệp âm thanh")
    expect(page.locator("[data-part=safe]")).to_be_hidden()
    (tmp_path / "dai.wav").write_bytes(b"RIFF" + bytes(2 * 1024 * 1024))
    page.set_input_files("#file", tmp_path / "dai.wav")
    expect(page.locator("[data-part=problem]")).to_have_text("Tệp quá lớn, tối đa 2 MB.")


BARS = {
    "NotAllowedError": ("Trình duyệt không được phép dùng micrô.", "cho phép Micrô"),
    "NotFoundError": ("Không tìm thấy micrô.", "Cắm micrô"),
    "NotReadableError": ("Micrô đang được chương trình khác dùng.", "Đóng cuộc gọi"),
    "UnknownError": ("Micrô có lỗi nên chưa thu được.", "cắm lại"),
}


@pytest.mark.parametrize(("error", "words"), BARS.items(), ids=BARS)
def test_a_microphone_that_cannot_be_had_is_explained_with_what_to_do(officer, error: str, words: tuple[str, str]):
    desk = officer()
    desk.page.add_init_script(
        f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{error}'); }}"
    )
    page = recorder(desk)
    press(page, "Thu âm bằng micrô")
    for sentence in words:
        expect(page.locator("[data-part=barred]")).to_contain_text(sentence)
    assert page.locator("[data-part=barred] [data-why]:visible").count() == 1
    state(page, "idle")
    expect(page.locator("#file")).to_be_visible()


def test_a_refusal_in_the_browser_itself_is_explained(officer):
    page = recorder(officer(allowed=False))
    press(page, "Thu âm bằng micrô")
    expect(page.locator("[data-part=barred]")).to_contain_text("Trình duyệt không được phép dùng micrô.")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("Object.defineProperty(window, 'isSecureContext', {value: false})", "https://"),
        ("delete window.MediaRecorder", "Trình duyệt này không thu âm được."),
    ],
    ids=["http", "old browser"],
)
def test_where_recording_is_impossible_a_file_still_goes(officer, voice, script: str, sentence: str):
    desk = officer()
    desk.page.add_init_script(script)
    page = recorder(desk)
    press(page, "Thu âm bằng micrô")
    expect(page.locator("[data-part=barred]")).to_contain_text(sentence)
    page.set_input_files("#file", voice)
    state(page, "kept")


def test_a_browser_that_stores_nothing_still_records_and_says_so(officer):
    desk = officer()
    desk.page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page = recorder(desk)
    record(page)
    expect(page.locator("[data-remark=unkept]")).to_be_visible()
    press(page, "Dùng bản này")
    state(page, "kept")


def test_a_recording_ends_by_itself_at_the_longest_that_is_taken(officer):
    page = recorder(officer())
    page.evaluate("document.querySelector('.recorder').dataset.longestS = '2'")
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    state(page, "taken")
    expect(page.locator("[data-part=said]")).to_have_text("Đã đủ thời lượng tối đa nên dừng thu.")
    assert 1.5 < length_s(page) < 5


def test_a_microphone_that_is_pulled_out_leaves_what_was_recorded(officer):
    desk = officer()
    desk.page.add_init_script(PLAYED_STREAM % 0.3)
    page = recorder(desk)
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    expect(page.locator("[data-part=time]")).to_have_text("0:02")
    page.evaluate("window.heard.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    state(page, "taken")
    expect(page.locator("[data-remark=cut]")).to_be_visible()
    assert length_s(page) > 1


def test_a_second_take_replaces_the_first_only_once_it_begins(officer):
    page = recorder(officer())
    record(page)
    first = page.locator("[data-part=audio]").get_attribute("src")
    press(page, "Thu lại")
    state(page, "counting")
    press(page, "Thôi")
    state(page, "taken")
    assert page.locator("[data-part=audio]").get_attribute("src") == first
    press(page, "Thu lại")
    until_recording(page)
    expect(page.locator("[data-part=time]")).to_have_text("0:01")
    press(page, "Dừng và nghe lại")
    state(page, "taken")
    assert page.locator("[data-part=audio]").get_attribute("src") != first
    assert stored(page) == 1


def test_going_on_sends_the_recording_first_and_waits_for_one_that_still_runs(officer, site):
    page = recorder(officer())
    press(page, "Thu âm bằng micrô")
    until_recording(page)
    go_on(page)
    expect(page.locator("[data-part=said]")).to_have_text("Đang thu. Hãy dừng thu trước.")
    expect(page.locator("[data-part=time]")).to_have_text("0:01")
    press(page, "Dừng và nghe lại")
    state(page, "taken")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    site.commune.work()
    (made,) = composing.bulletins(site.commune.desk)
    assert made.rendition.status is RenditionStatus.READY


def test_writing_text_is_not_held_up_by_a_recording_that_was_left(officer, site):
    page = recorder(officer())
    record(page)
    page.check("input[name=source][value=text]")
    page.fill("#text", "Mời bà con họp thôn.")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    assert composing.bulletins(site.commune.desk)[0].rendition.text == "Mời bà con họp thôn."


def test_the_paper_stands_large_beside_the_recorder_and_stays_with_the_recording(officer, site):
    page = recorder(officer(DESKTOP))
    page.fill("#paper", "Slai cần xằng bản hâng.\n" * 30)
    press(page, "Thu âm bằng micrô")
    paper, deck = page.locator(".paper-large"), page.locator(".deck")
    expect(paper).to_contain_text("Slai cần xằng bản hâng.")
    assert float(paper.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")) >= 22
    assert paper.bounding_box()["x"] + paper.bounding_box()["width"] <= deck.bounding_box()["x"]
    until_recording(page)
    expect(page.locator("[data-part=time]")).to_have_text("0:01")
    press(page, "Dừng và nghe lại")
    state(page, "taken")
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    assert composing.bulletins(site.commune.desk)[0].rendition.text.startswith("Slai cần")


def test_a_recording_is_made_by_the_keyboard_alone(officer, site):
    page = recorder(officer())
    page.get_by_role("button", name="Thu âm bằng micrô").focus()
    page.keyboard.press("Enter")
    until_recording(page)
    expect(page.get_by_role("button", name="Dừng và nghe lại")).to_be_focused()
    expect(page.locator("[data-part=time]")).to_have_text("0:01")
    page.keyboard.press("Enter")
    state(page, "taken")
    expect(page.locator("[data-part=audio]")).to_be_focused()
    page.get_by_role("button", name="Dùng bản này").focus()
    page.keyboard.press("Enter")
    state(page, "kept")
    expect(page.locator(".recorder").get_by_role("button", name="Thu lại")).to_be_focused()


def test_without_scripts_the_file_field_does_it(desks, site, voice):
    page = desks(java_script_enabled=False).sign_in().page
    page.goto(f"{site.url}/soan")
    page.check("input[name=source][value=upload]")
    assert page.locator(".recorder button:visible").count() == 0
    page.set_input_files("#file", voice)
    go_on(page)
    page.wait_for_url(re.compile("/nghe$"))
    assert len(composing.bulletins(site.commune.desk)) == 1


def test_a_text_that_waits_for_its_reader_is_read_from_the_listening_page(officer, site):
    made = bulletin(site.commune, "Mời bà con họp thôn.")
    paper = "Mời pỉ noọng pây họp bản."
    renditions.put_rendition(
        site.commune.desk, site.commune.user, made, NewRendition(language=Language.TAY, text=paper)
    )
    desk = officer()
    page = desk.open(f"/soan/{made}/nghe")
    line = page.locator("#tieng-tay")
    line.get_by_role("button", name="Thu âm bằng micrô").click()
    expect(line.locator(".recorder")).to_have_attribute("data-state", "counting")
    expect(line.locator(".paper-large")).to_have_text(paper)
    page.clock.run_for(3000)
    expect(line.locator("[data-part=time]")).to_have_text("0:01")
    line.get_by_role("button", name="Dừng và nghe lại").click()
    line.get_by_role("button", name="Dùng bản này").click()
    expect(page.locator("main")).to_contain_text("Đã lưu bản Tiếng Tày.")
    site.commune.work()
    (_, tay) = composing.bulletin(site.commune.desk, made).renditions
    assert (tay.status, tay.text) == (RenditionStatus.READY, paper)


def test_a_phrase_is_recorded_where_it_stands_and_one_at_a_time(officer, site):
    page = officer().open("/cau-khan-cap?tieng=nung")
    storm, flood = page.locator("#storm"), page.locator("#flash-flood")
    for line in (storm, flood):
        line.locator("summary").click()
        expect(line.locator(".recorder")).to_have_attribute("data-state", "idle")
    storm.get_by_role("button", name="Thu âm bằng micrô").click()
    expect(storm.locator(".paper-large")).not_to_be_empty()
    page.clock.run_for(3000)
    expect(storm.locator("[data-part=time]")).to_have_text("0:01")
    flood.get_by_role("button", name="Thu âm bằng micrô").click()
    expect(flood.locator("[data-part=said]")).to_have_text("Đang thu. Hãy dừng thu trước.")
    expect(storm.get_by_role("button", name="Dừng và nghe lại")).to_be_focused()
    page.keyboard.press("Enter")
    storm.get_by_role("button", name="Dùng bản này").click()
    expect(page.locator("#storm")).to_contain_text("Đã nhận bản thu, đang xử lý.")
    while phrases.render_next(site.commune.desk):
        pass
    expect(page.locator("#phrases-state")).to_contain_text("đã có 1/24 câu")


def each_state(desk) -> Iterator[str]:
    """Lead the recorder through its states; in each of them the page stands still."""
    page = recorder(desk)
    page.fill("#paper", "Slai cần xằng bản hâng. " * 40)
    yield "idle"
    press(page, "Thu âm bằng micrô")
    state(page, "counting")
    yield "counting"
    page.clock.run_for(4000)
    state(page, "recording")
    yield "recording"
    press(page, "Tạm dừng")
    yield "paused"
    press(page, "Dừng và nghe lại")
    state(page, "taken")
    yield "taken"
    page.route("**/thu-am", lambda route: None)
    press(page, "Dùng bản này")
    state(page, "sending")
    yield "sending"
    press(page, "Dừng gửi")
    state(page, "failed")
    yield "failed"
    page.unroute("**/thu-am")
    press(page, "Gửi lại")
    state(page, "kept")
    yield "kept"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "dark desktop"])
def test_every_state_of_the_recorder_is_fit(officer, size, scheme):
    desk = officer(size, color_scheme=scheme, bypass_csp=True)
    small = """[...document.querySelectorAll('.recorder :is(button, .button, .input)')]
        .filter((one) => one.checkVisibility()).map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < %d).map(([html]) => html)"""
    found = {}
    for name in each_state(desk):
        found[name] = unfit(desk.page) + desk.page.evaluate(small % SMALLEST_TARGET)
        for width in (320, size[0]):
            desk.page.set_viewport_size({"width": width, "height": size[1]})
            found[name] += [f"{desk.sideways()} px too wide at {width}"] if desk.sideways() > 0 else []
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_only_pages_with_a_recorder_may_use_the_microphone(desk, site):
    with_recorder, without = (desk.page.request.get(site.url + address).headers for address in ("/soan", "/"))
    assert "microphone=(self)" in with_recorder["permissions-policy"]
    assert "media-src 'self' blob:" in with_recorder["content-security-policy"]
    assert "microphone=()" in without["permissions-policy"]
    assert "blob:" not in json.dumps(dict(without))
