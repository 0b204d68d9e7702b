// The sidebar: who you are, channels, the app, and the stories of the demo.
import { act } from "./api.js";

export function Sidebar({ workspace, user, onUser, channel, home, onChannel, onHome }) {
  const entry = (each) => (
    <button
      key={each.id}
      className={!home && each.id === channel ? "channel current" : "channel"}
      onClick={() => onChannel(each.id)}
    >
      {each.direct ? "↳ Messages" : `# ${each.name}`}
    </button>
  );
  return (
    <aside className="sidebar">
      <h1>Simulated Slack</h1>
      <label>
        You are
        <select aria-label="You are" value={user} onChange={(event) => onUser(event.target.value)}>
          {workspace.users
            .filter((each) => !each.bot)
            .map((each) => (
              <option key={each.id} value={each.id}>
                {each.real_name}
                {each.guest ? " (guest)" : ""}
              </option>
            ))}
        </select>
      </label>
      <h2>Channels</h2>
      {workspace.channels.filter((each) => !each.direct).map(entry)}
      <h2>Apps</h2>
      <button className={home ? "channel current" : "channel"} onClick={onHome}>
        WhyFailing
      </button>
      {workspace.channels.filter((each) => each.direct).map(entry)}
      {workspace.stories && <Stories stories={workspace.stories} />}
    </aside>
  );
}

function Stories({ stories }) {
  return (
    <nav aria-label="Stories">
      <h2>Why the image is missing</h2>
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
    </nav>
  );
}
