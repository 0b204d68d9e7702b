// A Slack channel: messages, thread, composer, the app's Home, and the stories of the demo.
import { useCallback, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import { act, useWorkspace } from "./api.js";
import { BlockList, Channels } from "./blocks.jsx";
import { Composer } from "./composer.jsx";
import { Message } from "./message.jsx";
import { Modal } from "./modal.jsx";
import { Sidebar } from "./sidebar.jsx";
import "./page.css";

function Page() {
  const [user, setUser] = useState(new URLSearchParams(location.search).get("user") ?? "U0ADA");
  const [chosen, setChosen] = useState(null);
  const [thread, setThread] = useState(null);
  const [home, setHome] = useState(false);
  const workspace = useWorkspace(user);
  const channels = workspace?.channels ?? [];
  const channel = (channels.find((each) => each.id === chosen) ?? channels[0])?.id;
  useLink(channels, setChosen, setThread);
  useEffect(() => {
    if (home) act("home", { user });
  }, [home, user]);
  if (!workspace) return <p className="loading">Connecting …</p>;
  const go = (to, showHome) => {
    setChosen(to);
    setThread(null);
    setHome(showHome);
  };
  const story = workspace.stories?.find((each) => each.current);
  const shared = { workspace, user, channel, story };
  return (
    <Channels.Provider value={channels}>
      <div className={thread ? "page with-thread" : "page"}>
        <Sidebar
          {...{ workspace, user, channel, home }}
          onUser={setUser}
          onChannel={(id) => go(id, false)}
          onHome={() => go(channel, true)}
        />
        {home ? <Home {...shared} /> : <Channel key={channel} {...shared} setThread={setThread} />}
        {thread && <Thread {...shared} root={thread} onClose={() => setThread(null)} />}
        {workspace.views.map((view) => (
          <Modal key={view.id} {...{ view, user, channel, channels }} />
        ))}
      </div>
    </Channels.Provider>
  );
}

// A permalink, "#channel/ts", opens the channel and the thread of the message.
function useLink(channels, setChosen, setThread) {
  const known = channels.length > 0;
  useEffect(() => {
    const open = () => {
      const [, channel, digits] = /^#(\w+)\/(\d{7,})$/.exec(location.hash) ?? [];
      if (!channel) return;
      setChosen(channel);
      setThread(`${digits.slice(0, -6)}.${digits.slice(-6)}`);
    };
    open();
    addEventListener("hashchange", open);
    return () => removeEventListener("hashchange", open);
  }, [known, setChosen, setThread]);
}

function Home({ workspace, user }) {
  const press = (element, value) => {
    const option = element.options?.find((each) => each.value === value);
    act("press-in-view", { user, view: "home", action_id: element.action_id, option });
  };
  return (
    <main>
      <header className="title">WhyFailing · Home</header>
      <div className="list home">
        {workspace.home ? <BlockList blocks={workspace.home.blocks} onPress={press} /> : "Loading …"}
      </div>
    </main>
  );
}

function Channel({ workspace, user, channel, story, setThread }) {
  const [draft, setDraft] = useState("");
  const clear = useCallback(() => setDraft(""), []);
  const all = workspace.messages.filter((message) => message.channel === channel);
  const roots = all.filter((message) => !message.thread_ts);
  const { name, direct } = workspace.channels.find((each) => each.id === channel) ?? {};
  return (
    <main>
      <header className="title">{direct ? `${name} · Messages` : `# ${name}`}</header>
      {story && <Hint story={story} onCommand={() => setDraft(story.command)} />}
      <List messages={roots}>
        {roots.map((message) => (
          <Message
            key={message.ts}
            {...{ message, workspace, user }}
            replies={all.filter((each) => each.thread_ts === message.ts)}
            onThread={() => setThread(message.ts)}
          />
        ))}
      </List>
      <Composer {...{ user, channel, name, draft }} command={story?.command} onDraft={clear} />
    </main>
  );
}

function Hint({ story, onCommand }) {
  return (
    <div className="hint">
      <p>{story.summary}</p>
      <p>
        Ask <button onClick={onCommand}>{story.command}</button> or open the thread under the alert.
        {story.mend && (
          <button className="mend" disabled={story.mended} onClick={() => act("mend", { story: story.name })}>
            {story.mended ? `✓ ${story.mend}` : story.mend}
          </button>
        )}
      </p>
    </div>
  );
}

function Thread({ workspace, user, channel, root, onClose }) {
  const messages = workspace.messages.filter(
    (message) => message.channel === channel && (message.ts === root || message.thread_ts === root),
  );
  return (
    <section className="thread">
      <header className="title">
        Thread
        <button aria-label="Close the thread" onClick={onClose}>
          ✕
        </button>
      </header>
      <List messages={messages}>
        {messages.map((message) => (
          <Message key={message.ts} {...{ message, workspace, user }} />
        ))}
      </List>
      <Composer {...{ user, channel }} thread={root} />
    </section>
  );
}

// The list stays at its end while its last messages grow, unless the reader has scrolled up.
function List({ messages, children }) {
  const list = useRef(null);
  const atEnd = useRef(true);
  const newest = messages.at(-1)?.ts;
  useEffect(() => {
    atEnd.current = true;
  }, [newest]);
  useEffect(() => {
    if (atEnd.current) list.current.scrollTop = list.current.scrollHeight;
  });
  const scrolled = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
    atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
  };
  return (
    <div className="list" ref={list} onScroll={scrolled}>
      {children}
    </div>
  );
}

createRoot(document.getElementById("root")).render(<Page />);
