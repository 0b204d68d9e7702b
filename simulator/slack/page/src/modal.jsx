// A modal: blocks, inputs, and what is sent with its form.
import { useState } from "react";
import { act } from "./api.js";
import { BlockList } from "./blocks.jsx";

export function Modal({ view, user }) {
  const [values, setValues] = useState({});
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
              <Field key={block.block_id ?? index} block={block} error={errors[block.block_id]} onChange={set} />
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

function Field({ block, error, onChange }) {
  const { element } = block;
  const changed = (value) => onChange(block, element, value);
  return (
    <label className="field">
      <span>{block.label.text}</span>
      {element.options ? (
        <select
          defaultValue=""
          onChange={(event) =>
            changed({
              type: element.type,
              selected_option: element.options.find((option) => option.value === event.target.value),
            })
          }
        >
          <option value="">{element.placeholder?.text ?? ""}</option>
          {element.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text.text}
            </option>
          ))}
        </select>
      ) : (
        <input
          placeholder={element.placeholder?.text ?? ""}
          onChange={(event) => changed({ type: element.type, value: event.target.value })}
        />
      )}
      {error && <em>{error}</em>}
    </label>
  );
}
