/** The DLL of a side. */
export interface LibraryDescription {
  /** The full path of its file. */
  readonly path: string;
  /** The version in its version resource: `10.0.26100.1`. */
  readonly version?: string;
  /** SHA-256 of the file, 64 hex digits. */
  readonly sha256?: string;
}

/** The system that a side ran on. */
export interface SystemDescription {
  /** `win32 x64`, `linux arm64` */
  readonly platform: string;
  /** The name that the system gives itself: `Windows 11 Pro`. */
  readonly name: string;
  /** `10.0.26100`; the last part is the build of Windows. */
  readonly release: string;
  /** Present if the system is Wine, which is not Windows. */
  readonly wine?: true;
  /** The version of Node: `v22.12.0`. */
  readonly node: string;
}

/** Who gave the answers. */
export interface SideDescription {
  /** The kind of the side. `other`: an implementation that is not part of this package. */
  readonly name: 'windows' | 'portable' | 'specification' | 'other';
  /** The name and version of another implementation. Only recordings have it. */
  readonly software?: string;
  /** The DLL that did the work. Only with Windows. */
  readonly library?: LibraryDescription;
  /** Absent for the specification. */
  readonly system?: SystemDescription;
  /** The recording that the answers were read from. */
  readonly recording?: {
    readonly file: string;
    /** When it was made, ISO 8601. */
    readonly made: string;
    /** The version of this package that made it. */
    readonly package: string;
  };
}
