// One message as Slack shows it: who, when, text or blocks, attachments, and its menu.
import { act } from "./api.js";
import { BlockList } from "./blocks.jsx";

const EMOJI = { eyes: "👀" };

export function Message({ message, workspace, user, onThread, replies = 0 }) {
  const author = authorOf(message, workspace);
  const press = (element, option) =>
    act("press", {
      user,
      channel: message.channel,
      ts: message.ts,
      action_id: element.action_id,
      option: option ?? "",
    });
  const reactions = workspace.reactions.filter(([channel, ts]) => channel === message.channel && ts === message.ts);
  return (
    <article className={message.seen_by ? "message whisper" : "message"} data-ts={message.ts} data-app={message.from_app}>
      <div className="avatar" style={{ background: author.colour }}>
        {author.letter}
      </div>
      <div className="body">
        <header>
          <b>{author.name}</b>
          {author.app && <span className="badge">APP</span>}
          <time>{new Date(Number(message.ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}</time>
          {message.seen_by && <span className="only">Only visible to you</span>}
        </header>
        {message.blocks.length ? (
          <BlockList blocks={message.blocks} onPress={press} />
        ) : (
          message.text && <BlockList blocks={[asBlock(message.text, workspace)]} onPress={press} />
        )}
        {message.attachments.map((attachment, index) => (
          <Attachment key={index} attachment={attachment} onPress={press} />
        ))}
        {message.warning && <p className="warning">⚠️ {message.warning}</p>}
        {reactions.length > 0 && (
          <p className="reactions">
            {reactions.map(([, , name]) => (
              <span key={name}>{EMOJI[name] ?? `:${name}:`} 1</span>
            ))}
          </p>
        )}
        {onThread && replies > 0 && (
          <button className="replies" onClick={onThread}>
            {replies} {replies === 1 ? "reply" : "replies"}
          </button>
        )}
      </div>
      <nav className="menu">
        {onThread && <button onClick={onThread}>Reply in thread</button>}
        <button
          onClick={() => act("shortcut", { user, channel: message.channel, ts: message.ts, callback_id: "whyfailing_message" })}
        >
          Why is this failing?
        </button>
      </nav>
    </article>
  );
}

function Attachment({ attachment, onPress }) {
  const colour = attachment.color?.replace(/^(?!#)/, "#") ?? "#ddd";
  return (
    <div className="attachment" style={{ borderColor: colour }}>
      {attachment.pretext && <p>{attachment.pretext}</p>}
      {attachment.title && (
        <p>
          <a href={attachment.title_link} target="_blank" rel="noreferrer">
            {attachment.title}
          </a>
        </p>
      )}
      {attachment.text && <BlockList blocks={[section(attachment.text)]} onPress={onPress} />}
      {attachment.fields?.map((field) => (
        <p key={field.title}>
          <b>{field.title}</b> {field.value}
        </p>
      ))}
      {attachment.blocks && <BlockList blocks={attachment.blocks} onPress={onPress} />}
    </div>
  );
}

const section = (text) => ({ type: "section", text: { type: "mrkdwn", text } });

function asBlock(text, workspace) {
  const named = text.replace(/<@(\w+)>/g, (_, id) => {
    const found = workspace.users.find((each) => each.id === id);
    return `*@${found?.real_name ?? id}*`;
  });
  return section(named);
}

function authorOf(message, workspace) {
  const person = workspace.users.find((each) => each.id === message.user);
  const name = message.username || person?.real_name || "Alertmanager";
  const app = Boolean(message.bot_id || message.username);
  const colour = message.from_app ? "#4a154b" : app ? "#e6522c" : "#2a7de1";
  return { name, app, colour, letter: name[0] };
}
