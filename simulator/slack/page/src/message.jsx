// One message as Slack shows it: who, when, text or blocks, attachments, its menu and its thread.
import { act } from "./api.js";
import { BlockList } from "./blocks.jsx";

const EMOJI = { eyes: "👀", white_check_mark: "✅", x: "❌", hourglass_flowing_sand: "⏳" };
const time = (ts) => new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function Message({ message, workspace, user, onThread, replies = [] }) {
  const author = authorOf(message, workspace);
  const where = { user, channel: message.channel, ts: message.ts };
  const press = (element, option) =>
    act("press", { ...where, action_id: element.action_id, option: option ?? "" });
  const reactions = workspace.reactions.filter(([channel, ts]) => channel === message.channel && ts === message.ts);
  const blocks = message.blocks.length ? message.blocks : message.text ? [asBlock(message.text, workspace)] : [];
  return (
    <article className={message.seen_by ? "message whisper" : "message"} data-ts={message.ts} data-app={message.from_app}>
      <Avatar author={author} />
      <div className="body">
        {message.seen_by && <p className="only">Only visible to you</p>}
        <header>
          <b>{author.name}</b>
          {author.app && <span className="badge">APP</span>}
          <time>{time(message.ts)}</time>
        </header>
        <BlockList blocks={blocks} onPress={press} />
        {message.attachments.map((attachment, index) => (
          <Attachment key={index} attachment={attachment} onPress={press} />
        ))}
        {message.files.map((file) => (
          <p key={file.id} className="file">
            📄 {file.title}
          </p>
        ))}
        {message.warning && <p className="warning">⚠️ {message.warning}</p>}
        {reactions.length > 0 && (
          <p className="reactions">
            {reactions.map(([, , name]) => (
              <span key={name}>{EMOJI[name] ?? `:${name}:`} 1</span>
            ))}
          </p>
        )}
        {onThread && replies.length > 0 && (
          <button className="replies" onClick={onThread}>
            <Avatar author={authorOf(replies.at(-1), workspace)} />
            <b>
              {replies.length} {replies.length === 1 ? "reply" : "replies"}
            </b>
            <span>Last reply {time(replies.at(-1).ts)}</span>
          </button>
        )}
      </div>
      <nav className="menu" aria-label="Message actions">
        {onThread && <button onClick={onThread}>Reply in thread</button>}
        {!message.seen_by && (
          <button onClick={() => act("shortcut", { ...where, callback_id: "whyfailing_message" })}>
            Why is this failing?
          </button>
        )}
      </nav>
    </article>
  );
}

function Avatar({ author }) {
  return (
    <span className="avatar" style={{ background: author.colour }}>
      {author.letter}
    </span>
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
  const name = message.username || person?.real_name || "An app";
  const app = Boolean(message.bot_id || message.username);
  const colour = message.from_app ? "#4a154b" : app ? "#e6522c" : "#2a7de1";
  return { name, app, colour, letter: name[0] };
}
