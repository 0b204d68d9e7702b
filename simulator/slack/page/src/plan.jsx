// A plan: steps with their state, drawn as Slack does; it stays as the reader left it while it is updated.

const MARKS = { pending: "", in_progress: "", complete: "✓", error: "✕" };

export function Plan({ block }) {
  return (
    <details className="plan" open>
      <summary>{block.title}</summary>
      <ul>
        {(block.tasks ?? []).map((task) => (
          <li key={task.task_id} className={`task ${task.status}`}>
            <span className="mark" aria-label={task.status.replace("_", " ")}>
              {MARKS[task.status]}
            </span>
            <span>
              <b>{task.title}</b>
              {task.output && <span className="output">{textOf(task.output)}</span>}
              {task.sources?.map((source) => (
                <a key={source.url} href={source.url} target="_blank" rel="noreferrer">
                  {source.text}
                </a>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function textOf(node) {
  return (node.text ?? "") + (node.elements ?? []).map(textOf).join("");
}
