// A Slack channel: sidebar, messages, thread, composer, and the stories of the demo.
import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { act, useWorkspace } from "./api.js";
import { BlockList } from "./blocks.jsx";
import { Message } from "./message.jsx";
import { Modal } from "./modal.jsx";
import "./page.css";

function Page() {
  const [user, setUser] = useState(new URLSearchParams(location.search).get("user") ?? "U0ADA");
  const [channel, setChannel] = useState(null);
  const [thread, setThread] = useState(null);
  const [home, setHome] = useState(false);
  const workspace = useWorkspace(user);
  if (!workspace) return <p className="loading">Connecting …</p>;
  const shown = channel ?? workspace.channels[0]?.id;
  const people = workspace.users.filter((each) => !each.bot);
  return (
    <div className={thread ? "page with-thread" : "page"}>
      <aside className="sidebar">
        <h1>Simulated</h1>
        <label>
          You are
          <select aria-label="You are" value={user} onChange={(event) => setUser(event.target.value)}>
            {people.map((each) => (
              <option key={each.id} value={each.id}>
                {each.real_name}
              </option>
            ))}
          </select>
        </label>
        <h2>Channels</h2>
        {workspace.channels.map((each) => (
          <button
            key={each.id}
            className={!home && each.id === shown ? "channel current" : "channel"}
            onClick={() => {
              setChannel(each.id);
              setThread(null);
              setHome(false);
            }}
          >
            # {each.name}
          </button>
        ))}
        <h2>Apps</h2>
        <button
          className={home ? "channel current" : "channel"}
          onClick={() => {
            setHome(true);
            setThread(null);
            act("home", { user });
          }}
        >
          WhyFailing
        </button>
        {workspace.stories && <Stories stories={workspace.stories} />}
      </aside>
      {home ? (
        <main>
          <header className="title">WhyFailing · Home</header>
          <div className="list">
            {workspace.home ? <BlockList blocks={workspace.home.blocks} onPress={() => {}} /> : "Loading …"}
          </div>
        </main>
      ) : (
        <Channel key={shown} {...{ workspace, user, channel: shown, thread, setThread }} />
      )}
      {thread && <Thread {...{ workspace, user, channel: shown, root: thread, onClose: () => setThread(null) }} />}
      {workspace.views.map((view) => (
        <Modal key={view.id} view={view} user={user} />
      ))}
    </div>
  );
}

function Stories({ stories }) {
  return (
    <>
      <h2>Stories</h2>
      {stories.map((story) => (
        <button
          key={story.name}
          className={story.current ? "story current" : "story"}
          title={story.summary}
          onClick={() => act("choose", { story: story.name })}
        >
          {story.title}
        </button>
      ))}
    </>
  );
}

function Channel({ workspace, user, channel, setThread }) {
  const all = workspace.messages.filter((message) => message.channel === channel);
  const roots = all.filter((message) => !message.thread_ts);
  const name = workspace.channels.find((each) => each.id === channel)?.name;
  const story = workspace.stories?.find((each) => each.current);
  return (
    <main>
      <header className="title"># {name}</header>
      {story && (
        <p className="story-hint">
          {story.summary} Type <code>{story.command}</code> or use the alert's menu.{" "}
          {story.mend && (
            <button disabled={story.mended} onClick={() => act("mend", { story: story.name })}>
              {story.mended ? "Done: " : ""}
              {story.mend}
            </button>
          )}
        </p>
      )}
      <List count={all.length}>
        {roots.map((message) => (
          <Message
            key={message.ts}
            {...{ message, workspace, user }}
            replies={all.filter((each) => each.thread_ts === message.ts).length}
            onThread={() => setThread(message.ts)}
          />
        ))}
      </List>
      <Composer {...{ user, channel }} hint={story?.command ?? `Message #${name}`} />
    </main>
  );
}

function Thread({ workspace, user, channel, root, onClose }) {
  const messages = workspace.messages.filter(
    (message) => message.channel === channel && (message.ts === root || message.thread_ts === root),
  );
  return (
    <section className="thread">
      <header className="title">
        Thread <button onClick={onClose}>✕</button>
      </header>
      <List count={messages.length}>
        {messages.map((message) => (
          <Message key={message.ts} {...{ message, workspace, user }} />
        ))}
      </List>
      <Composer {...{ user, channel }} thread={root} hint="Reply … (@WhyFailing shop/api asks the bot)" />
    </section>
  );
}

function List({ count, children }) {
  const end = useRef(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [count]);
  return (
    <div className="list">
      {children}
      <div ref={end} />
    </div>
  );
}

function Composer({ user, channel, thread = "", hint }) {
  const [text, setText] = useState("");
  const send = (event) => {
    event.preventDefault();
    if (!text.trim()) return;
    act("send", { user, channel, text: text.trim(), thread_ts: thread });
    setText("");
  };
  return (
    <form className="composer" onSubmit={send}>
      <input aria-label="Message" value={text} placeholder={hint} onChange={(event) => setText(event.target.value)} />
      <button type="submit" className="primary">
        Send
      </button>
    </form>
  );
}

createRoot(document.getElementById("root")).render(<Page />);
