// Blocks are drawn by a library; a press on an element is sent to the app with a confirm dialog where it has one.
import { createContext, useContext, useState } from "react";
import { Message as Blocks } from "slack-blocks-to-jsx";
import { Plan } from "./plan.jsx";

const SELECTS = new Set(["static_select", "external_select", "overflow"]);

function elementsOf(block) {
  return [block.accessory, block.element, ...(block.elements ?? [])].filter((each) => each?.action_id);
}

// "<!date^unix^format|fallback>" is written in the reader's own time zone.
function date({ timestamp, format, fallback }) {
  const when = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(when.getTime())) return fallback;
  const time = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return format
    .replace("{date_short_pretty}", when.toLocaleDateString([], { day: "numeric", month: "short" }))
    .replace("{time_secs}", when.toLocaleTimeString())
    .replace("{time}", time);
}

const hooks = {
  date,
  link: ({ href, children }) => (
    <a href={/^https?:/.test(href) ? href : undefined} target="_blank" rel="noreferrer">
      {children}
    </a>
  ),
};

// The channels that the reader may know by name.
export const Channels = createContext([]);

export function BlockList({ blocks, onPress }) {
  const [asked, setAsked] = useState(null);
  const press = (element, option) => {
    if (element.url) window.open(element.url, "_blank", "noreferrer");
    if (element.confirm) setAsked({ element, option });
    else onPress(element, option);
  };
  return (
    <>
      {blocks.map((block, index) => (
        <OneBlock key={block.block_id ?? index} block={block} onPress={press} />
      ))}
      {asked && (
        <Confirm
          confirm={asked.element.confirm}
          onYes={() => {
            setAsked(null);
            onPress(asked.element, asked.option);
          }}
          onNo={() => setAsked(null)}
        />
      )}
    </>
  );
}

function OneBlock({ block, onPress }) {
  const selects = elementsOf(block).filter((element) => SELECTS.has(element.type));
  const drawn = withoutSelects(plain(block));
  const data = { channels: useContext(Channels) };
  if (block.type === "plan") return <Plan block={block} />;
  const click = (event) => {
    const button = event.target.closest("button");
    const element = button && elementsOf(block).find((each) => each.action_id === button.id);
    if (element) onPress(element);
  };
  return (
    <div className={`block ${block.type}`} onClick={click}>
      {drawn && <Blocks blocks={[drawn]} logo="" name="" theme="light" withoutWrapper {...{ data, hooks }} />}
      {selects.map((element) => (
        <Select key={element.action_id} element={element} onPress={onPress} />
      ))}
    </div>
  );
}

// What the library must not do itself: ask (we ask), open a page (we do), show `verbatim` text as raw markup.
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (node === null || typeof node !== "object") return node;
  const { verbatim, ...rest } = node;
  const { confirm, url, ...button } = rest;
  const kept = node.type === "button" ? button : rest;
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, plain(value)]));
}

function withoutSelects(block) {
  if (block.type === "actions") {
    const elements = block.elements.filter((element) => !SELECTS.has(element.type));
    return elements.length ? { ...block, elements } : null;
  }
  if (block.accessory && SELECTS.has(block.accessory.type)) {
    const { accessory, ...rest } = block;
    return rest;
  }
  return block;
}

function Select({ element, onPress }) {
  return (
    <select
      className={`select ${element.type}`}
      aria-label={element.type === "overflow" ? "More actions" : undefined}
      id={element.action_id}
      value={element.initial_option?.value ?? ""}
      onChange={(event) => onPress(element, event.target.value)}
    >
      {!element.initial_option && <option value="">{element.placeholder?.text ?? "⋮"}</option>}
      {(element.options ?? []).map((option) => (
        <option key={option.value} value={option.value}>
          {option.text.text}
        </option>
      ))}
    </select>
  );
}

function Confirm({ confirm, onYes, onNo }) {
  return (
    <div className="veil">
      <div className="dialog" role="dialog" aria-modal="true">
        <h2>{confirm.title.text}</h2>
        <p>{confirm.text.text}</p>
        <div className="dialog-buttons">
          <button onClick={onNo}>{confirm.deny.text}</button>
          <button className={confirm.style === "danger" ? "danger" : "primary"} onClick={onYes}>
            {confirm.confirm.text}
          </button>
        </div>
      </div>
    </div>
  );
}
