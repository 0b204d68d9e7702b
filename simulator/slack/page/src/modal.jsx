// A modal: blocks, inputs, and what is sent with its form.
import { useState } from "react";
import { act } from "./api.js";
import { BlockList } from "./blocks.jsx";

const INPUTS = { plain_text_input: "value", conversations_select: "selected_conversation" };

// What a form sends when nobody touches it: initial values, and the channel where the reader is.
function untouched(view, channel) {
  const given = ({ element }) => element.initial_value ?? element.initial_conversation ?? (element.default_to_current_conversation && channel);
  return Object.fromEntries(
    view.blocks
      .filter((block) => block.type === "input" && INPUTS[block.element.type])
      .map((block) => [block.block_id, { [block.element.action_id]: valueOf(block.element, given(block) || null) }]),
  );
}

const valueOf = (element, value) => ({ type: element.type, [INPUTS[element.type]]: value });

export function Modal({ view, user, channel, channels }) {
  const [values, setValues] = useState(() => untouched(view, channel));
  const [errors, setErrors] = useState({});
  const set = (block, element, value) =>
    setValues((old) => ({ ...old, [block.block_id]: { [element.action_id]: value } }));
  const submit = async () => {
    const answer = await act("submit", { user, view: view.id, values });
    setErrors(answer.errors ?? {});
  };
  return (
    <div className="veil">
      <div className="dialog modal" role="dialog" aria-modal="true">
        <h2>{view.title?.text}</h2>
        <div className="modal-blocks">
          {view.blocks.map((block, index) =>
            block.type === "input" ? (
              <Field
                key={block.block_id ?? index}
                {...{ block, channels }}
                value={values[block.block_id]?.[block.element.action_id]}
                error={errors[block.block_id]}
                onChange={set}
              />
            ) : (
              <BlockList
                key={block.block_id ?? index}
                blocks={[block]}
                onPress={(element) => act("press-in-view", { user, view: view.id, action_id: element.action_id })}
              />
            ),
          )}
        </div>
        <div className="dialog-buttons">
          <button onClick={() => act("close", { view: view.id })}>{view.close?.text ?? "Close"}</button>
          {view.submit && (
            <button className="primary" onClick={submit}>
              {view.submit.text}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

function Field({ block, value, channels, error, onChange }) {
  const { element } = block;
  const hint = element.placeholder?.text ?? "";
  const changed = (event) => onChange(block, element, valueOf(element, event.target.value));
  const chosen = (event) =>
    onChange(block, element, {
      type: element.type,
      selected_option: element.options.find((option) => option.value === event.target.value),
    });
  return (
    <label className="field">
      <span>{block.label.text}</span>
      {element.type === "plain_text_input" && (
        <input placeholder={hint} value={value?.value ?? ""} onChange={changed} />
      )}
      {element.type === "conversations_select" && (
        <select value={value?.selected_conversation ?? ""} onChange={changed}>
          <option value="">{hint}</option>
          {channels.map((each) => (
            <option key={each.id} value={each.id}>
              # {each.name}
            </option>
          ))}
        </select>
      )}
      {element.options && (
        <select defaultValue="" onChange={chosen}>
          <option value="">{hint}</option>
          {element.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text.text}
            </option>
          ))}
        </select>
      )}
      {error && <em>{error}</em>}
    </label>
  );
}
