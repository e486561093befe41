/* The launcher's bytes inside the daemon's binary, so that no container can reach or change them (launcher_link.cpp). */
        .section .rodata
        .balign 4096
        .global glassdock_launcher_begin
        .global glassdock_launcher_end
glassdock_launcher_begin:
        .incbin LAUNCHER_FILE
glassdock_launcher_end:
        .section .note.GNU-stack,"",%progbits
