// A modal: blocks, inputs, and what is sent with its form.
import { useState } from "react";
import AsyncSelect from "react-select/async";
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
  const inView = { user, view: view.id };
  const set = (block, element, value) => {
    const changed = { ...values, [block.block_id]: { [element.action_id]: value } };
    setValues(changed);
    if (!block.dispatch_action) return;
    act("press-in-view", { ...inView, action_id: element.action_id, option: value.selected_option, values: changed });
  };
  const submit = async () => {
    const answer = await act("submit", { ...inView, values });
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
                {...{ block, channels, inView }}
                value={values[block.block_id]?.[block.element.action_id]}
                error={errors[block.block_id]}
                onChange={set}
              />
            ) : (
              <BlockList
                key={block.block_id ?? index}
                blocks={[block]}
                onPress={(element) => act("press-in-view", { ...inView, action_id: element.action_id })}
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

function Field({ block, value, channels, inView, error, onChange }) {
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
      <span>
        {block.label.text}
        {block.optional && <small> (optional)</small>}
      </span>
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
      {element.type === "external_select" && (
        <External
          {...{ element, inView, hint }}
          value={value?.selected_option ?? null}
          clearable={block.optional}
          onChange={(option) => onChange(block, element, { type: element.type, selected_option: option })}
        />
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

// Its options come from the app, for what was typed so far; opened again it asks again, as they may depend on other fields.
function External({ element, inView, hint, value, clearable, onChange }) {
  const [offered, setOffered] = useState([]);
  const [error, setError] = useState("");
  const load = async (typed) => {
    const answer = await act("suggest", { ...inView, action_id: element.action_id, typed });
    setError(answer.error ?? "");
    return answer.option_groups?.map(({ label, options }) => ({ label: label.text, options })) ?? answer.options ?? [];
  };
  return (
    <AsyncSelect
      classNamePrefix="external"
      inputId={element.action_id}
      defaultOptions={offered}
      onMenuOpen={async () => setOffered(await load(""))}
      loadOptions={load}
      placeholder={hint}
      value={value}
      isClearable={clearable}
      getOptionLabel={(option) => option.text.text}
      getOptionValue={(option) => option.value}
      formatOptionLabel={(option, { context }) => (
        <>
          {option.text.text}
          {context === "menu" && option.description && <small className="description">{option.description.text}</small>}
        </>
      )}
      noOptionsMessage={() => error || "No results"}
      onChange={onChange}
      menuPosition="fixed"
      maxMenuHeight={260}
    />
  );
}
