// Where a message is written. A slash offers the command, and Tab completes that of the story.
import { useEffect, useRef, useState } from "react";
import { act } from "./api.js";

const COMMAND = "/whyfailing";

export function Composer({ user, channel, thread = "", name, command = "", draft, onDraft }) {
  const [text, setText] = useState("");
  const input = useRef(null);
  useEffect(() => {
    if (!draft) return;
    setText(draft);
    onDraft("");
    input.current?.focus();
  }, [draft, onDraft]);
  const send = (event) => {
    event.preventDefault();
    if (!text.trim()) return;
    act("send", { user, channel, text: text.trim(), thread_ts: thread });
    setText("");
  };
  const completes = Boolean(command) && command !== text && command.startsWith(text);
  const complete = (event) => {
    if (event.key !== "Tab" || event.shiftKey || !completes) return;
    event.preventDefault();
    setText(command);
  };
  const offered = text.startsWith("/") && COMMAND.startsWith(text.split(" ")[0]) && completes;
  const hint = thread ? "Reply… (@WhyFailing asks the bot)" : `Message #${name}${command ? ", or press Tab for the command" : ""}`;
  return (
    <form className="composer" onSubmit={send}>
      {offered && (
        <button type="button" className="offer" onClick={() => [setText(command), input.current?.focus()]}>
          <b>{command}</b>
          <span>WhyFailing: why is it failing? · Tab</span>
        </button>
      )}
      {!thread && (
        <button
          type="button"
          className="shortcut"
          title="Shortcut of WhyFailing: Explain a pod"
          aria-label="Explain a pod"
          onClick={() => act("shortcut", { user, callback_id: "whyfailing_global" })}
        >
          ⚡
        </button>
      )}
      <input
        ref={input}
        aria-label={thread ? "Reply" : "Message"}
        autoComplete="off"
        spellCheck="false"
        value={text}
        placeholder={hint}
        onKeyDown={complete}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="primary" disabled={!text.trim()}>
        Send
      </button>
    </form>
  );
}
