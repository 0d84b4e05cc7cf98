/*
 * What recording in a page is made of: the microphone, its level, the browser's own store, and the way to the desk.
 * No page is touched here.
 */
"use strict";

globalThis.loalangSound = (() => {
  const STALLED_MS = 60000;
  const BIT_RATE = 64000;
  const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4"];
  const WHY = {
    NotAllowedError: "denied",
    SecurityError: "denied",
    NotFoundError: "missing",
    OverconstrainedError: "missing",
    NotReadableError: "busy",
    AbortError: "busy",
    NotSupportedError: "unsupported",
    InsecureError: "insecure",
  };

  /* The level is judged over the last moments, so that a pause between two sentences is not "too quiet". */
  const QUIET_DBFS = -42;
  const QUIET_OVER_MS = 2500;
  const FULL = 0.985;
  const FULL_SAMPLES = 4;
  const FULL_FOR_MS = 1500;
  const SPOILT_MOMENTS = 3;
  const LOWEST_DBFS = -60;

  /* What was recorded and is not sent yet: one row for each recording, and its slices. */
  class Takes {
    static open() {
      return new Promise((resolve, reject) => {
        const asked = indexedDB.open("loalang-recordings", 1);
        asked.onupgradeneeded = () => {
          asked.result.createObjectStore("takes", { keyPath: "key" });
          asked.result.createObjectStore("slices", { keyPath: ["key", "begun", "number"] });
        };
        asked.onsuccess = () => resolve(new Takes(asked.result));
        asked.onerror = () => reject(asked.error);
        asked.onblocked = () => reject(new Error("blocked"));
      });
    }

    constructor(database) {
      this.database = database;
    }

    run(mode, work) {
      return new Promise((resolve, reject) => {
        const change = this.database.transaction(["takes", "slices"], mode);
        const asked = work(change.objectStore("takes"), change.objectStore("slices"));
        change.oncomplete = () => resolve(asked?.result);
        change.onerror = () => reject(change.error);
        change.onabort = () => reject(change.error);
      });
    }

    begin(key, begun, type) {
      return this.run("readwrite", (takes, slices) => {
        slices.delete(IDBKeyRange.bound([key], [key, []]));
        takes.put({ key, begun, type, seconds: 0 });
      });
    }

    add(key, begun, number, bytes, seconds) {
      return this.run("readwrite", (takes, slices) => {
        slices.put({ key, begun, number, bytes });
        const asked = takes.get(key);
        asked.onsuccess = () => asked.result?.begun === begun && takes.put({ ...asked.result, seconds });
      });
    }

    async find(key) {
      const take = await this.run("readonly", (takes) => takes.get(key));
      if (!take) return null;
      const whole = IDBKeyRange.bound([key, take.begun], [key, take.begun, []]);
      const slices = await this.run("readonly", (_takes, held) => held.getAll(whole));
      return slices.length ? { ...take, blob: new Blob(slices.map((one) => one.bytes), { type: take.type }) } : null;
    }

    drop(key) {
      return this.run("readwrite", (takes, slices) => {
        takes.delete(key);
        slices.delete(IDBKeyRange.bound([key], [key, []]));
      });
    }

    async sweep(before) {
      const takes = await this.run("readonly", (held) => held.getAll());
      for (const take of takes) if (take.begun < before) await this.drop(take.key);
    }
  }

  /* How loud it is now, and how loud it was. */
  class Meter {
    constructor(stream) {
      this.context = new AudioContext();
      this.analyser = this.context.createAnalyser();
      this.analyser.fftSize = 2048;
      this.samples = new Float32Array(this.analyser.fftSize);
      this.context.createMediaStreamSource(stream).connect(this.analyser);
      this.context.resume();
      this.forget();
    }

    forget() {
      this.levels = [];
      this.loudest = -Infinity;
      this.fullAt = -Infinity;
      this.spoilt = 0;
    }

    look(now) {
      this.analyser.getFloatTimeDomainData(this.samples);
      let [full, power] = [0, 0];
      for (const sample of this.samples) {
        if (Math.abs(sample) >= FULL) full += 1;
        power += sample * sample;
      }
      const dbfs = 10 * Math.log10(power / this.samples.length + 1e-12);
      this.levels.push([now, dbfs]);
      while (this.levels[0][0] < now - QUIET_OVER_MS) this.levels.shift();
      this.loudest = Math.max(this.loudest, dbfs);
      if (full >= FULL_SAMPLES) {
        if (now - this.fullAt > FULL_FOR_MS / 5) this.spoilt += 1;
        this.fullAt = now;
      }
      return { share: Math.max(0, 1 - dbfs / LOWEST_DBFS), word: this.word(now) };
    }

    word(now) {
      if (now - this.fullAt < FULL_FOR_MS) return "loud";
      const long = now - this.levels[0][0] > QUIET_OVER_MS / 2;
      return long && Math.max(...this.levels.map(([, dbfs]) => dbfs)) < QUIET_DBFS ? "quiet" : "fine";
    }

    /* What is said of the whole recording afterwards. */
    get judgement() {
      const quiet = this.loudest > -Infinity && this.loudest < QUIET_DBFS;
      return { quiet, loud: this.spoilt >= SPOILT_MOMENTS };
    }

    close() {
      this.context.close();
    }
  }

  async function microphone() {
    if (!window.isSecureContext) throw new DOMException("", "InsecureError");
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) throw new DOMException("", "NotSupportedError");
    return navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
    });
  }

  /* Why there is no microphone: one of the reasons that the page has words for. */
  const why = (error) => WHY[error.name] ?? "broken";

  function release(stream) {
    for (const track of stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
  }

  function recorderOf(stream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    return new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BIT_RATE });
  }

  class Unsent extends Error {
    constructor(code, words = "") {
      super(code);
      this.code = code;
      this.words = words;
    }
  }

  function answerOf(asked) {
    try {
      return JSON.parse(asked.responseText);
    } catch {
      return {};
    }
  }

  /* One file on its way: `done` gives the name under which the desk keeps it, `stop` breaks it off. */
  function send(url, token, file, name, told) {
    const asked = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
      let [timer, isStalled] = [0, false];
      const alive = () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => {
          isStalled = true;
          asked.abort();
        }, STALLED_MS);
      };
      asked.upload.onprogress = (event) => {
        alive();
        if (event.lengthComputable) told(event.loaded / event.total);
      };
      asked.onloadend = () => window.clearTimeout(timer);
      asked.onerror = () => reject(new Unsent("network"));
      asked.onabort = () => reject(new Unsent(isStalled ? "network" : "stopped"));
      asked.onload = () => {
        const { upload, problem } = answerOf(asked);
        if (asked.status === 200 && upload) resolve(upload);
        else if (problem) reject(new Unsent("refused", problem));
        else if (asked.status === 401 || asked.status === 400) reject(new Unsent("session"));
        else reject(new Unsent(asked.status === 413 ? "large" : "server"));
      };
      alive();
    });
    const body = new FormData();
    body.append("csrf_token", token);
    body.append("file", file, name);
    asked.open("POST", url);
    asked.setRequestHeader("HX-Request", "true");
    asked.send(body);
    return { done, stop: () => asked.abort() };
  }

  return { Takes, Meter, Unsent, microphone, why, release, recorderOf, send };
})();
