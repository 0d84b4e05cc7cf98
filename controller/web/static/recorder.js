/*
 * The recorder of a page, and sending a sound file ahead of its form. Without this the plain file field is there.
 *
 * What is recorded is kept by the browser second by second, and is forgotten only when the desk has it or the officer
 * drops it: neither a lost connection nor a reload nor a crash takes it away.
 */
"use strict";

{
  const { Takes, Meter, Unsent, microphone, why, release, recorderOf, send } = globalThis.loalangSound;
  const SLICE_MS = 1000;
  const COUNT_FROM = 3;
  const KEPT_MS = 7 * 24 * 3600 * 1000;
  const SAY_AGAIN_MS = 6000;
  const ENDINGS = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };

  const pause = (ms) => new Promise((resolve) => window.setTimeout(resolve, ms));
  const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const isSeen = (one) => one !== document.body && one.getClientRects().length > 0;
  const two = (number) => String(number).padStart(2, "0");

  function moment(begun) {
    const at = new Date(begun);
    const hour = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const isToday = at.toDateString() === new Date().toDateString();
    return isToday ? hour : `${hour} ${two(at.getDate())}/${two(at.getMonth() + 1)}`;
  }

  const ACTS = {
    record: "record",
    telephone: "askTelephone",
    cancel: "cancel",
    pause: "rest",
    resume: "goOn",
    stop: "stop",
    keep: "keep",
    "stop-sending": "stopSending",
    drop: "drop",
  };
  const OPEN = ["asking", "counting", "recording", "paused"];

  class Recorder {
    constructor(root, parts, takes) {
      this.root = root;
      this.form = root.closest("form");
      this.takes = takes;
      this.key = root.dataset.recorder;
      this.writing = Promise.resolve();
      this.part("place").append(parts.content.cloneNode(true));
      root.addEventListener("click", (event) => this.act(event));
      for (const name of ["file", "telephone"]) {
        this.part(name).addEventListener("change", (event) => this.choose(event.target));
      }
      this.form.addEventListener("submit", (event) => this.hold(event), true);
      this.part("audio").addEventListener("loadedmetadata", (event) => measure(event.target));
      this.part("audio").addEventListener("error", () => this.unheard());
      window.addEventListener("online", () => this.problem === "network" && this.state === "failed" && this.keep());
      document.addEventListener("visibilitychange", () => this.state === "recording" && this.recorder.requestData());
      this.show(this.part("token").value ? "kept" : "idle", null);
      this.findLeftover();
    }

    part(name) {
      return this.root.querySelector(`[data-part="${name}"]`);
    }

    act(event) {
      const button = event.target.closest("[data-act]");
      if (button) this[ACTS[button.dataset.act]]();
    }

    say(word) {
      const words = word && this.root.querySelector(`[data-word="${word}"]`);
      if (words) this.part("said").textContent = words.textContent;
    }

    show(state, said = state) {
      const held = this.part("place").contains(document.activeElement);
      this.state = state;
      this.root.dataset.state = state;
      for (const one of this.root.querySelectorAll("[data-when]")) {
        one.hidden = !one.dataset.when.split(" ").includes(state);
      }
      this.part("listen").hidden = !this.take;
      this.say(said);
      if (held && !isSeen(document.activeElement)) this.focus();
    }

    focus() {
      const seen = (selector) => [...this.part("place").querySelectorAll(selector)].find(isSeen);
      const first = this.state === "taken" ? seen("audio") : null;
      (first ?? seen(".button-main") ?? seen("[data-act]"))?.focus();
    }

    bar(why, back) {
      for (const one of this.root.querySelectorAll("[data-why]")) one.hidden = one.dataset.why !== why;
      this.part("barred").hidden = false;
      this.letGo();
      this.show(back, "barred");
    }

    /* Recording */

    async record() {
      const other = Recorder.atWork;
      if (other && other !== this && OPEN.includes(other.state)) {
        this.say("busy-first");
        other.focus();
        return undefined;
      }
      Recorder.atWork = this;
      const back = OPEN.includes(this.state) ? "idle" : this.state;
      const turn = {};
      this.turn = turn;
      this.back = back;
      this.part("barred").hidden = true;
      for (const sound of document.querySelectorAll("audio")) sound.pause();
      this.show("asking", null);
      try {
        const stream = await microphone();
        if (this.turn !== turn) return release(stream);
        this.stream = stream;
        this.recorder = recorderOf(stream);
        this.meter = new Meter(stream);
        stream.getAudioTracks()[0].onended = () => this.cutOff();
        await this.count(turn);
        if (this.turn === turn) this.begin();
      } catch (error) {
        if (this.turn === turn) this.bar(why(error), back);
      }
      return undefined;
    }

    async count(turn) {
      this.showPaper();
      this.show("counting");
      this.part("stage").scrollIntoView({ block: "nearest" });
      for (let left = COUNT_FROM; left > 0 && this.turn === turn; left -= 1) {
        this.part("count").textContent = left;
        await pause(1000);
      }
    }

    begin() {
      const { recorder } = this;
      [this.slices, this.number, this.before, this.isCut, this.isUnkept] = [[], 0, 0, false, this.takes === null];
      this.begun = Date.now();
      this.since = performance.now();
      this.spokenAt = this.since;
      this.meter.forget();
      recorder.ondataavailable = (event) => this.keepSlice(event.data);
      recorder.onstop = () => this.finish();
      recorder.onerror = () => this.cutOff();
      recorder.start(SLICE_MS);
      this.write((takes) => takes.begin(this.key, this.begun, recorder.mimeType));
      navigator.wakeLock?.request("screen").then(
        (lock) => {
          this.lock = lock;
        },
        () => undefined, /* the screen may go dark: a comfort only */
      );
      this.show("recording");
      this.watch();
    }

    get seconds() {
      return (this.before + (this.state === "recording" ? performance.now() - this.since : 0)) / 1000;
    }

    write(work) {
      if (this.takes === null) return;
      this.writing = this.writing.then(() => work(this.takes)).catch(() => {
        this.isUnkept = true; /* a full or forbidden store: the page itself still has it */
      });
    }

    keepSlice(data) {
      if (!data.size) return;
      const [number, seconds, begun] = [this.number, this.seconds, this.begun];
      this.number += 1;
      this.slices.push(data);
      this.write(async (takes) => takes.add(this.key, begun, number, await data.arrayBuffer(), seconds));
      if (this.state === "recording" && seconds >= Number(this.root.dataset.longestS)) this.stop("limit");
    }

    watch() {
      if (this.state !== "recording" && this.state !== "paused") return;
      const now = performance.now();
      const { share, word } = this.meter.look(now);
      this.part("bar").style.transform = `scaleX(${this.state === "recording" ? share.toFixed(3) : 0})`;
      this.part("time").textContent = minutes(this.seconds);
      if (this.state === "recording") this.tellLevel(word, Math.round(share * 100), now);
      window.requestAnimationFrame(() => this.watch());
    }

    tellLevel(word, percent, now) {
      const [shown, meter] = [this.part("level"), this.part("meter")];
      if (this.root.dataset.level !== word) {
        this.root.dataset.level = word;
        shown.textContent = shown.dataset[word];
        meter.setAttribute("aria-valuetext", shown.dataset[word]);
        this.levelSince = now;
      }
      if (now - this.measuredAt > SLICE_MS / 4 || !this.measuredAt) {
        this.measuredAt = now;
        meter.setAttribute("aria-valuenow", percent);
      }
      if (now - this.levelSince < SLICE_MS || now - this.spokenAt < SAY_AGAIN_MS || word === this.spoken) return;
      [this.spoken, this.spokenAt] = [word, now];
      this.part("said").textContent = shown.textContent;
    }

    rest() {
      this.before += performance.now() - this.since;
      this.recorder.pause();
      this.show("paused");
    }

    goOn() {
      this.since = performance.now();
      this.recorder.resume();
      this.show("recording");
    }

    stop(said = "taken") {
      if (this.state === "recording") this.before += performance.now() - this.since;
      this.state = "stopping";
      this.ending = said;
      if (this.recorder.state !== "inactive") this.recorder.stop();
    }

    cutOff() {
      if (this.state === "counting") this.bar("broken", this.back);
      if (this.state !== "recording" && this.state !== "paused") return;
      this.isCut = true;
      this.stop("ended");
    }

    finish() {
      const { mimeType } = this.recorder;
      const blob = new Blob(this.slices, { type: mimeType });
      const { judgement } = this.meter;
      this.letGo();
      if (!blob.size) return this.bar("broken", this.back);
      this.take = {
        blob,
        seconds: this.seconds,
        begun: this.begun,
        name: this.nameOf(this.begun, mimeType),
        remarks: { ...judgement, cut: this.isCut, unkept: this.isUnkept },
      };
      this.showTake();
      this.show("taken", this.ending);
      return undefined;
    }

    cancel() {
      this.turn = null;
      this.letGo();
      this.show(this.back, null);
    }

    letGo() {
      this.turn = null;
      if (this.stream) release(this.stream);
      this.meter?.close();
      this.lock?.release();
      [this.stream, this.meter, this.lock] = [null, null, null];
    }

    nameOf(begun, type) {
      const ending = ENDINGS[type.split(";")[0]] ?? "webm";
      const at = new Date(begun);
      const day = `${two(at.getDate())}-${two(at.getMonth() + 1)}`;
      return `${this.root.dataset.fileName} ${two(at.getHours())}h${two(at.getMinutes())} ${day}.${ending}`;
    }

    showPaper() {
      const { paperFrom } = this.root.dataset;
      const given = this.part("paper-given")?.textContent ?? "";
      const text = (paperFrom && document.getElementById(paperFrom)?.value) || given;
      this.part("paper").textContent = text.trim();
      this.part("paper").hidden = !text.trim();
      this.root.classList.toggle("has-paper", Boolean(text.trim()));
    }

    /* What was recorded or chosen */

    async findLeftover() {
      const left = await this.takes?.find(this.key).catch(() => null);
      if (!left || this.take || OPEN.includes(this.state)) return;
      this.take = { ...left, name: this.nameOf(left.begun, left.type), remarks: {} };
      const shown = this.part("leftover");
      shown.textContent = shown.dataset.words.replace("#", moment(left.begun));
      shown.hidden = false;
      this.showTake();
      this.show("taken", null);
    }

    showTake() {
      const { blob, seconds, remarks } = this.take;
      const [audio, length] = [this.part("audio"), this.part("length")];
      if (this.address) URL.revokeObjectURL(this.address);
      this.address = URL.createObjectURL(blob);
      audio.hidden = false;
      audio.src = this.address;
      length.hidden = seconds === undefined;
      if (seconds !== undefined) length.textContent = length.dataset.words.replace("#", minutes(seconds));
      for (const one of this.root.querySelectorAll("[data-remark]")) one.hidden = !remarks[one.dataset.remark];
    }

    unheard() {
      this.part("audio").hidden = true; /* a format that this browser cannot play: the desk may read it all the same */
    }

    askTelephone() {
      this.part("telephone").click();
    }

    choose(input) {
      const [file] = input.files;
      input.value = "";
      if (!file) return;
      this.part("leftover").hidden = true;
      this.part("barred").hidden = true;
      this.take = { blob: file, name: file.name, remarks: {}, isFile: true };
      this.showTake();
      this.keep();
    }

    drop() {
      this.part("audio").removeAttribute("src");
      this.part("leftover").hidden = true;
      this.take = null;
      this.hand("", "");
      this.write((takes) => takes.drop(this.key));
      this.show("idle", null);
    }

    /* Sending */

    keep() {
      const { blob, name } = this.take;
      if (blob.size > Number(this.root.dataset.limitMb) * 1024 * 1024) return this.fail(new Unsent("large"));
      this.showProgress(0);
      this.show("sending");
      const token = this.form.querySelector("[name=csrf_token]").value;
      this.sending = send(this.root.dataset.receive, token, blob, name, (share) => this.showProgress(share));
      return this.sending.done.then(
        (upload) => this.kept(upload),
        (problem) => this.fail(problem),
      );
    }

    showProgress(share) {
      const [progress, words] = [this.part("progress"), this.part("sending")];
      progress.value = Math.floor(share * 100);
      this.part("percent").textContent = `${progress.value} %`;
      words.textContent = share < 1 ? words.dataset.sending : words.dataset.checking;
    }

    stopSending() {
      this.after = undefined;
      this.sending.stop();
    }

    fail(problem) {
      const words = this.part("problem");
      this.problem = problem.code;
      this.after = undefined;
      words.textContent = problem.words || words.dataset[problem.code] || words.dataset.server;
      this.part("safe").hidden = Boolean(this.take.isFile) || this.isUnkept || problem.code === "refused";
      this.show("failed", null);
      this.part("said").textContent = words.textContent;
    }

    kept(upload) {
      this.problem = undefined;
      this.part("leftover").hidden = true;
      if (!this.take.isFile) this.write((takes) => takes.drop(this.key));
      this.hand(upload, this.take.name);
      this.show("kept");
      const { after } = this;
      this.after = undefined;
      if (after !== undefined || this.root.dataset.then === "submit") this.form.requestSubmit(after ?? undefined);
    }

    /* Put the name of what the desk keeps into the form, where the draft finds it too. */
    hand(upload, name) {
      const [token, words] = [this.part("token"), this.part("held-words")];
      token.value = upload;
      if (this.part("name")) this.part("name").value = name;
      words.textContent = words.dataset.words.replace("#", name);
      this.part("held").hidden = !upload;
      token.dispatchEvent(new Event("input", { bubbles: true }));
    }

    /* The form waits until its recording is with the desk. */
    hold(event) {
      const passes = event.submitter?.hasAttribute("formnovalidate") || !isSeen(this.root);
      if (passes || this.state === "idle" || this.state === "kept") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (OPEN.includes(this.state) || this.state === "stopping") {
        this.say("busy-first");
        this.focus();
        return;
      }
      this.after = event.submitter ?? null;
      if (this.state !== "sending") this.keep();
    }
  }

  /* A recording has no length in its header: the end is looked for once, so that the player can show and seek it. */
  function measure(audio) {
    if (audio.duration !== Infinity) return;
    audio.addEventListener(
      "seeked",
      () => {
        audio.currentTime = 0;
      },
      { once: true },
    );
    audio.currentTime = 1e7;
  }

  const parts = document.getElementById("recorder-parts");
  const opened = (window.indexedDB ? Takes.open() : Promise.reject(new Error("none"))).catch(() => null);

  function equip(takes) {
    for (const root of document.querySelectorAll("[data-recorder]:not([data-state])")) new Recorder(root, parts, takes);
  }

  opened.then((takes) => {
    equip(takes);
    document.addEventListener("htmx:afterSwap", () => equip(takes));
    takes?.sweep(Date.now() - KEPT_MS).catch(() => undefined);
  });
}
